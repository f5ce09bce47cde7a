"""The project's own commands: on what they run, side by side, with time limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, hooked, policy, stage, tierwise

from tierwise.checks.commands import split_invocations

SEE = "cat {files} >&2; pwd >&2; false"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hooked(tmp_path / "repository")


def commands(root: Path, **lines: str) -> None:
    """Write a policy with these commands, each a YAML mapping on one line."""
    listed = "".join(f"    {name.replace('_', '-')}: {line}\n" for name, line in lines.items())
    policy(root, f"checks:\n  commands:\n{listed}")
    git(root, "add", "-A")
    assert commit(root, "--no-verify").returncode == 0


@pytest.mark.slow
def test_a_command_that_nobody_trusted_does_not_run(root: Path) -> None:
    policy(root, "checks:\n  commands:\n    trap: {run: touch ran}\n", is_trusted=False)
    stage(root, "a.py", "x = 1\n")
    assert commit(root).returncode == 0
    done = tierwise(root, "preflight")
    assert done.returncode != 0
    assert b"tierwise trust" in done.stderr
    assert not (root / "ran").exists()


@pytest.mark.slow
def test_a_command_gets_the_staged_files_that_it_asks_for(root: Path) -> None:
    commands(root, see=f'{{run: "{SEE}", files: ["*.py"], fix: "mend it"}}')
    stage(root, "a.txt", "text\n")
    assert commit(root).returncode == 0, "nothing for it to look at"
    stage(root, "a b.py", "x = 1\n")
    done = commit(root)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "tierwise: see: " in said
    assert "x = 1" in said
    assert "mend it" in said
    assert "TIERWISE_SKIP=see" in said
    assert commit(root, TIERWISE_SKIP="see").returncode == 0


@pytest.mark.slow
def test_partially_staged_files_are_seen_as_they_will_be_committed(root: Path) -> None:
    commands(root, see=f'{{run: "{SEE}", files: ["*.py"]}}')
    stage(root, "a.py", "x = 'staged'\n")
    (root / "a.py").write_text("x = 'later'\n")
    (root / "README.md").write_text("unstaged elsewhere\n")
    done = commit(root)
    assert b"staged" in done.stderr
    assert b"later" not in done.stderr
    assert str(root).encode() + b"\n" not in done.stderr, "it ran in a folder of its own"
    assert (root / "a.py").read_text() == "x = 'later'\n"
    assert (root / "README.md").read_text() == "unstaged elsewhere\n"
    assert not git(root, "stash", "list").stdout


@pytest.mark.slow
def test_whole_files_run_in_the_repository_itself(root: Path) -> None:
    commands(root, see='{run: "pwd >&2; git rev-parse --show-toplevel >&2; false"}')
    stage(root, "a.py", "x = 1\n")
    done = commit(root)
    assert done.stderr.count(str(root).encode() + b"\n") == 2


@pytest.mark.slow
def test_a_command_that_makes_a_repository_of_its_own_does_not_write_into_the_users(
    root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    commands(
        root,
        make=f'{{run: "git init -q {other} && cd {other} && git commit -q --allow-empty -m own"}}',
    )
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", str(linked))  # there git exports GIT_DIR to its hooks
    stage(linked, "a.py", "x = 1\n")
    assert commit(linked).returncode == 0
    assert b"own" not in git(root, "log", "--all", "--format=%s").stdout


@pytest.mark.slow
def test_hostile_names_reach_a_command_as_names(root: Path) -> None:
    commands(root, see='{run: "ls -1 -- {files} >&2; false", files: ["*.py"]}')
    for name in ("$(touch pwned).py", "-n.py", "a;touch pwned;.py", "new\nline.py", "'quo\"te.py"):
        stage(root, name, "x = 1\n")
    done = commit(root)
    assert b"$(touch pwned).py" in done.stderr
    assert not (root / "pwned").exists()


@pytest.mark.slow
def test_a_command_over_its_time_is_stopped_and_counts_as_a_no(root: Path) -> None:
    commands(root, slow='{run: "sleep 60 & sleep 60", timeout: 0.3}', quick="{run: 'true'}")
    stage(root, "a.py", "x = 1\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"slow: stopped after" in done.stderr
    assert b"checks.commands.slow.timeout" in done.stderr
    assert b"quick" not in done.stderr


@pytest.mark.slow
def test_the_whole_runs_budget_stops_what_is_left(root: Path) -> None:
    policy(root, "checks:\n  budget: 0.4\n  commands:\n    slow: {run: sleep 60}\n")
    stage(root, "a.py", "x = 1\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"slow: stopped" in done.stderr


@pytest.mark.slow
def test_commands_run_side_by_side(root: Path, tmp_path: Path) -> None:
    # Each waits for the other: one after the other they would wait until they are stopped.
    one, two = tmp_path / "one", tmp_path / "two"
    wait = "touch {mine}; while [ ! -e {other} ]; do sleep 0.05; done"
    commands(
        root,
        first=f'{{run: "{wait.format(mine=one, other=two)}", timeout: 30}}',
        second=f'{{run: "{wait.format(mine=two, other=one)}", timeout: 30}}',
    )
    stage(root, "a.py", "x = 1\n")
    assert commit(root).returncode == 0


@pytest.mark.slow
def test_a_command_that_rewrites_staged_files_does_not_pass_in_silence(root: Path) -> None:
    commands(
        root, fix='{run: "for f in {files}; do echo mended >> \\"$f\\"; done", files: ["*.txt"]}'
    )
    stage(root, "a.txt", "x\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"a.txt: changed by a command" in done.stderr
    assert b"git add" in done.stderr


@pytest.mark.slow
def test_a_program_that_is_not_there_is_named(root: Path) -> None:
    commands(root, lint="{run: no-such-linter --check}")
    stage(root, "a.py", "x = 1\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"`no-such-linter` was not found" in done.stderr


@pytest.mark.slow
def test_the_projects_tools_are_found_with_a_poor_path(root: Path) -> None:
    tool = root / "node_modules" / ".bin" / "mylint"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\necho ran >&2; exit 1\n")
    tool.chmod(0o755)
    (root / ".gitignore").write_text("node_modules/\n")
    commands(root, lint="{run: mylint}")
    stage(root, "a.py", "x = 1\n")
    assert b"ran" in commit(root, PATH="/usr/bin:/bin").stderr
    (root / "README.md").write_text("partly staged\n")
    assert b"ran" in commit(root, PATH="/usr/bin:/bin").stderr


@pytest.mark.slow
def test_each_stage_runs_its_own_commands(root: Path) -> None:
    commands(root, tests='{run: "echo testing; false", on: [smoke]}', drift="{run: 'true'}")
    assert tierwise(root, "preflight", TIERWISE_SKIP="drift").returncode == 0
    done = tierwise(root, "smoke", "--json", TIERWISE_SKIP="drift")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["ok"] is False
    assert report["stage"] == "smoke"
    (tests,) = [check for check in report["checks"] if check["name"] == "tests"]
    assert (tests["status"], tests["output"]) == ("failed", "testing\n")
    assert tests["skip"] == "TIERWISE_SKIP=tests tierwise smoke"


def test_many_files_make_several_calls(tmp_path: Path) -> None:
    names = [f"{'long' * 30}/{number}.py" for number in range(2_000)]
    calls = split_invocations("check {files}", names)
    assert len(calls) > 1
    assert [name for call in calls for name in call[4:]] == names
    assert split_invocations("check {files}", ["-rf.py"])[0][-1] == "./-rf.py"
    assert len(split_invocations("check", names)) == 1
