"""The pre-commit hook under real git: what will be committed is what is checked, and nothing is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.hooked import (
    HOOK_MAIN,
    commit,
    git,
    git_environment,
    head_files,
    hooked,
    policy,
    run,
    stage,
)

from tierwise.checks.git_hooks.manage import install

BAD, GOOD = "x = (\n", "x = 1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hooked(tmp_path / "repository")


def test_a_sound_commit_goes_through_without_a_word(root: Path) -> None:
    stage(root, "a.py", GOOD)
    done = commit(root)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
def test_a_fault_stops_the_commit_and_says_how_to_go_on(root: Path) -> None:
    stage(root, "a.py", BAD)
    done = commit(root)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "a.py:1:5: Python:" in said
    assert "fix:" in said
    assert "TIERWISE_SKIP=syntax git commit" in said
    assert "--no-verify" in said


@pytest.mark.slow
def test_one_check_is_skipped_by_name_and_the_others_still_stand(root: Path) -> None:
    stage(root, "a.py", BAD)
    stage(root, "b.txt", "<" * 7 + " HEAD\n")
    done = commit(root, TIERWISE_SKIP="syntax")
    assert done.returncode == 1
    assert b"conflict-markers" in done.stderr
    assert b"Python" not in done.stderr
    assert commit(root, TIERWISE_SKIP="syntax, conflict-markers").returncode == 0


@pytest.mark.slow
def test_a_name_in_the_skip_list_that_is_no_check_is_said(root: Path) -> None:
    stage(root, "a.py", BAD)
    done = commit(root, TIERWISE_SKIP="sintax")
    assert done.returncode == 1
    assert b"TIERWISE_SKIP names sintax" in done.stderr


@pytest.mark.slow
def test_the_index_is_judged_and_not_the_working_tree(root: Path) -> None:
    stage(root, "a.py", BAD)
    (root / "a.py").write_text(GOOD)
    assert commit(root).returncode == 1
    stage(root, "a.py", GOOD)
    (root / "a.py").write_text(BAD)
    assert commit(root).returncode == 0
    assert (root / "a.py").read_text() == BAD


@pytest.mark.slow
def test_an_untracked_and_an_intended_file_are_nobodys_business(root: Path) -> None:
    (root / "untracked.py").write_text(BAD)
    (root / "intended.py").write_text(BAD)
    git(root, "add", "-N", "intended.py")
    stage(root, "a.py", GOOD)
    assert commit(root).returncode == 0


@pytest.mark.slow
def test_an_amend_is_checked(root: Path) -> None:
    stage(root, "a.py", GOOD)
    assert commit(root).returncode == 0
    stage(root, "a.py", BAD)
    assert commit(root, "--amend").returncode == 1
    stage(root, "a.py", "x = 2\n")
    assert commit(root, "--amend").returncode == 0


@pytest.mark.slow
def test_commit_all_and_commit_path_are_judged_by_their_own_index(root: Path) -> None:
    stage(root, "a.py", GOOD)
    stage(root, "b.py", GOOD)
    assert commit(root).returncode == 0
    (root / "a.py").write_text(BAD)
    assert commit(root, "-a").returncode == 1
    (root / "b.py").write_text("x = 3\n")
    # The path alone is committed: the fault in the other file, staged or not, stays out of it.
    git(root, "add", "a.py")
    assert commit(root, "b.py").returncode == 0
    assert commit(root, "a.py").returncode == 1


@pytest.mark.slow
def test_the_first_commit_of_all_may_be_empty_or_faulty(tmp_path: Path) -> None:
    root = tmp_path / "new"
    root.mkdir()
    git(root, "init", "-q")
    install(str(root), ["pre-commit"])
    assert commit(root, "--allow-empty").returncode == 0
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    git(fresh, "init", "-q")
    install(str(fresh), ["pre-commit"])
    stage(fresh, "a.py", BAD)
    assert commit(fresh).returncode == 1


@pytest.mark.slow
def test_a_deletion_and_a_rename_bring_in_nothing_new(root: Path) -> None:
    marker = "<" * 7 + " HEAD\n"
    stage(root, "old.txt", marker)
    stage(root, "gone.txt", marker * 2)
    assert commit(root, "--no-verify").returncode == 0
    git(root, "mv", "old.txt", "new.txt")
    git(root, "rm", "-q", "gone.txt")
    assert commit(root).returncode == 0
    assert head_files(root) == {b"README.md", b"new.txt"}


@pytest.mark.slow
def test_what_was_committed_before_is_not_this_commits_fault(root: Path) -> None:
    marker = "<" * 7 + " HEAD\n"
    stage(root, "a.txt", marker)
    assert commit(root, "--no-verify").returncode == 0
    stage(root, "a.txt", marker + "more\n")
    assert commit(root).returncode == 0
    stage(root, "a.txt", marker + "more\n" + "<" * 7 + " other\n")
    assert commit(root).returncode == 1


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform == "darwin", reason="its file system refuses names that are not UTF-8"
)
@pytest.mark.parametrize(
    "name",
    [b"with blank.py", b'quo"te.py', b"apo'strophe.py", b"new\nline.py", b"latin\xe9.py", b"-dash.py", b"$(touch x).py",
     "ünïcode.py".encode(), b"back\\slash.py", b"tab\there.py"],
)  # fmt: skip
def test_any_name_is_read_checked_and_shown_on_one_line(root: Path, name: bytes) -> None:
    stage(root, name, BAD)
    done = commit(root)
    assert done.returncode == 1
    assert sum(b"Python:" in line and b".py" in line for line in done.stderr.split(b"\n")) == 1
    assert not (root / "x").exists()
    stage(root, name, GOOD)
    assert commit(root).returncode == 0
    assert name in head_files(root)


@pytest.mark.slow
def test_a_merge_is_judged_by_what_is_new_in_it(root: Path) -> None:
    stage(root, "both.txt", "base\n")
    assert commit(root).returncode == 0
    git(root, "checkout", "-q", "-b", "topic")
    stage(root, "theirs.py", BAD)
    stage(root, "both.txt", "theirs\n")
    assert commit(root, "--no-verify").returncode == 0
    git(root, "checkout", "-q", "main")
    stage(root, "both.txt", "ours\n")
    assert commit(root).returncode == 0
    assert git(root, "merge", "topic").returncode == 1
    git(root, "add", "both.txt")  # with its conflict markers
    done = commit(root)
    assert done.returncode == 1
    assert b"both.txt" in done.stderr
    assert b"theirs.py" not in done.stderr, "that was checked where it was committed"
    stage(root, "both.txt", "both\n")
    assert commit(root).returncode == 0


@pytest.mark.slow
def test_cherry_pick_and_an_interactive_rebase_with_a_fixup_go_through(root: Path) -> None:
    stage(root, "a.py", GOOD)
    commit(root)
    stage(root, "a.py", "x = 2\n")
    commit(root, "--fixup=HEAD")
    stage(root, "b.py", GOOD)
    commit(root)
    done = git(
        root,
        "rebase",
        "-q",
        "-i",
        "--autosquash",
        "--root",
        GIT_SEQUENCE_EDITOR=":",
        GIT_EDITOR=":",
    )
    assert done.returncode == 0, done.stderr
    assert git(root, "rev-list", "--count", "HEAD").stdout == b"3\n"
    git(root, "checkout", "-q", "-b", "other", "HEAD~1")
    assert git(root, "cherry-pick", "main").returncode == 0


@pytest.mark.slow
def test_a_linked_worktree_and_a_submodule_are_checked_too(root: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", str(linked))
    stage(linked, "a.py", BAD)
    assert commit(linked).returncode == 1
    stage(linked, "a.py", GOOD)
    assert commit(linked).returncode == 0
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(linked), "sub")
    assert commit(root).returncode == 0, "a submodule's entry holds no file to check"
    install(str(root / "sub"), ["pre-commit"])
    stage(root / "sub", "b.py", BAD)
    assert commit(root / "sub").returncode == 1


@pytest.mark.slow
def test_five_thousand_staged_files_are_all_read(root: Path) -> None:
    folder = root / "many"
    folder.mkdir()
    for number in range(5_000):
        (folder / f"{number}.txt").write_text(f"{number}\n")
    (folder / "4321.txt").write_text("<" * 7 + " HEAD\n")
    git(root, "add", "many")
    done = commit(root)
    assert done.returncode == 1
    assert done.stderr.count(b"many/") == 1
    (folder / "4321.txt").write_text("4321\n")
    git(root, "add", "many")
    assert commit(root).returncode == 0
    assert len(head_files(root)) == 5_001


@pytest.mark.slow
def test_killed_in_the_middle_nothing_of_the_users_is_lost(root: Path, tmp_path: Path) -> None:
    nap = f"sleep 30.{os.getpid()}"  # told from everybody else's
    policy(root, f"checks:\n  commands:\n    slow: {{run: {nap}, on: [pre-commit]}}\n")
    stage(root, "a.py", GOOD)
    commit(root, "--no-verify")
    stage(root, "a.py", "x = 2\n")
    (root / "a.py").write_text("x = 3  # not staged\n")
    (root / "b.py").write_text("untracked\n")
    before = _state(root)
    process = subprocess.Popen(
        ["git", "commit", "-qm", "feat: x"],
        cwd=root,
        env=git_environment() | {"TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    try:
        _wait_for(lambda: nap.encode() in _processes())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _end(nap)
    assert _state(root) == before
    assert git(root, "fsck").returncode == 0
    assert not list((root / ".git").glob("*stash*"))


def test_a_fault_of_ours_is_said_and_does_not_block(root: Path) -> None:
    stage(root, "a.py", GOOD)
    (root / ".tierwise").mkdir()
    (root / ".tierwise" / "table.json").write_text(
        '{"schema": 1, "checks": {"large_files": {"limit": "huge"}}}'
    )
    done = commit(root)
    assert done.returncode == 0
    assert b"large-files could not run" in done.stderr


def test_outside_of_a_repository_one_line_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, sys.executable, "-I", "-S", str(HOOK_MAIN), "pre-commit")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"in no git repository" in done.stderr


@pytest.mark.slow
def test_an_edit_of_the_policy_holds_for_the_very_next_commit(root: Path) -> None:
    policy(root, "")
    git(root, "add", "-A")
    assert commit(root).returncode == 0
    stage(root, "a.txt", "blank at the end \n")
    (root / "tierwise.yaml").write_text(
        "version: 1\nextends: balanced\nchecks:\n  builtin: {trailing-whitespace: true, syntax: false}\n"
    )
    stage(root, "a.py", BAD)
    done = commit(root)
    assert done.returncode == 1
    assert b"a.txt:1:17" in done.stderr
    assert b"Python" not in done.stderr
    assert b".tierwise/local" not in git(root, "status", "--porcelain", "-uall").stdout


@pytest.mark.slow
def test_a_broken_policy_is_said_and_the_last_good_one_holds(root: Path) -> None:
    policy(root, "checks:\n  builtin: {syntax: false}\n")
    (root / "tierwise.yaml").write_text("version: 1\nchecks: nonsense\n")
    stage(root, "a.py", BAD)
    done = commit(root)
    assert done.returncode == 0
    assert b"tierwise.yaml" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("choice", "code"), [("false", 0), ("true", 1), ("[preflight]", 0), ("[pre-commit]", 1)]
)
def test_the_policy_switches_each_check_by_stage(root: Path, choice: str, code: int) -> None:
    policy(root, f"checks:\n  builtin: {{syntax: {choice}}}\n  exclude: [vendor/, tierwise.yaml]\n")
    stage(root, "vendor/old.py", BAD)
    assert commit(root).returncode == 0
    stage(root, "a.py", BAD)
    assert commit(root).returncode == code


@pytest.mark.slow
def test_the_hook_imports_nothing_from_the_repository(root: Path) -> None:
    for name in ("json.py", "yaml.py", "tierwise.py", "tomllib.py", "warnings.py"):
        stage(root, name, "raise SystemExit('imported from the repository')\n")
    stage(root, "a.json", "{")
    stage(root, "a.yaml", "a: [")
    stage(root, "a.toml", "a")
    done = commit(root)
    assert b"imported from" not in done.stderr
    assert done.stderr.count(b"a.") >= 3


@pytest.mark.slow
def test_nothing_heavy_is_imported_where_no_file_needs_it(root: Path) -> None:
    stage(root, "a.py", GOOD)
    stage(root, "a.json", "{}\n")
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop()); from tierwise.checks.git_hooks.pre_commit import main; main([]);"
        "print(*sorted({'yaml','tomli','tomllib','click','pydantic','rich','packaging','semantic_version','typing',"
        "'msgspec','anthropic','asyncio','urllib.request','concurrent.futures'} & set(sys.modules)))"
    )
    package = str(Path(__file__).resolve().parents[3] / "installer")
    done = run(root, sys.executable, "-I", "-S", "-c", program, package)
    assert done.stdout.split() == []


def _state(root: Path) -> tuple[bytes, bytes, bytes, str]:
    return (
        git(root, "ls-files", "--stage").stdout,
        git(root, "stash", "list").stdout,
        git(root, "status", "--porcelain").stdout,
        (root / "a.py").read_text(),
    )


def _processes() -> bytes:
    return subprocess.run(["ps", "-A", "-o", "pid,args"], capture_output=True, check=True).stdout


def _end(command: str) -> None:
    """The hook's command runs in a session of its own; with the hook killed it is an orphan to be ended here."""
    for line in _processes().splitlines():
        pid, *argv = line.split()
        if argv == command.encode().split():
            os.kill(int(pid), signal.SIGKILL)


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "the command never started"
        time.sleep(0.02)
