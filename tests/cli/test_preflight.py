"""``tierwise preflight`` and ``tierwise smoke``: what they look at, what they print, how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, policy, stage, tierwise
from tests.support.repository import make_repository

BAD = "x = (\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


@pytest.mark.parametrize("command", ["preflight", "smoke"])
def test_silence_means_that_all_is_well(root: Path, command: str) -> None:
    done = tierwise(root, command)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["preflight", "smoke"])
def test_an_untracked_fault_is_found_before_it_is_staged(root: Path, command: str) -> None:
    (root / "a.py").write_text(BAD)
    done = tierwise(root, command)
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "a.py:1:5: Python:" in said
    assert "fix:" in said
    assert f"TIERWISE_SKIP=syntax tierwise {command}" in said
    assert tierwise(root, command, TIERWISE_SKIP="syntax").returncode == 0


@pytest.mark.slow
def test_the_scope_is_chosen_by_an_option(root: Path) -> None:
    stage(root, "committed.py", BAD)
    commit(root)
    git(root, "tag", "before")
    assert tierwise(root, "preflight").returncode == 0
    assert tierwise(root, "preflight", "--all").returncode == 1
    stage(root, "next.py", BAD)
    commit(root)
    done = tierwise(root, "preflight", "--since", "before")
    assert b"next.py" in done.stdout
    assert b"committed.py" not in done.stdout
    stage(root, "staged.py", BAD)
    (root / "loose.py").write_text(BAD)
    done = tierwise(root, "preflight", "--staged")
    assert b"staged.py" in done.stdout
    assert b"loose.py" not in done.stdout


@pytest.mark.slow
def test_what_others_did_since_we_parted_does_not_count(root: Path) -> None:
    git(root, "checkout", "-q", "-b", "ours")
    stage(root, "a.py", "x = 1\n")
    commit(root)
    git(root, "checkout", "-q", "main")
    stage(root, "README.md", "changed there\n")
    commit(root)
    git(root, "checkout", "-q", "ours")
    (root / "README.md").write_text("# A project \n")
    policy(root, "checks:\n  builtin: {trailing-whitespace: true, drift: false}\n")
    done = tierwise(root, "preflight", "--since", "main")
    assert b"README.md" in done.stdout, "changed here"
    (root / "README.md").write_text("# A project\n")
    assert tierwise(root, "preflight", "--since", "main").returncode == 0


@pytest.mark.parametrize(
    "arguments", [["--all", "--staged"], ["--since", "nowhere"], ["--nonsense"]]
)
def test_a_wrong_call_ends_with_two(root: Path, arguments: list[str]) -> None:
    assert tierwise(root, "preflight", *arguments).returncode == 2


@pytest.mark.slow
def test_the_report_for_machines_has_every_check(root: Path) -> None:
    (root / "a b.py").write_text(BAD)
    done = tierwise(root, "preflight", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["ok"], report["stage"]) == (False, "preflight")
    checks = {check["name"]: check for check in report["checks"]}
    assert {"secrets", "syntax", "dependencies", "plan-files", "drift"} <= set(checks)
    assert checks["secrets"]["status"] == "passed"
    syntax = checks["syntax"]
    assert syntax["status"] == "failed"
    (finding,) = syntax["findings"]
    assert (finding["path"], finding["line"]) == ("a b.py", 1)
    assert syntax["fix"]
    assert syntax["skip"] == "TIERWISE_SKIP=syntax tierwise preflight"


@pytest.mark.slow
def test_a_plan_named_on_the_command_line_is_checked(root: Path) -> None:
    (root / "next.md").write_text("Change `src/gone.py`.\n")
    done = tierwise(root, "preflight", "--plan", "next.md")
    assert done.returncode == 1
    assert b"next.md:1: src/gone.py does not exist" in done.stdout
    below = root / "below"
    below.mkdir()
    assert tierwise(below, "preflight", "--plan", "next.md").stdout == done.stdout, (
        "named from the root"
    )
    assert tierwise(below, "preflight", "--plan", "../next.md").returncode == 1, "named from here"


@pytest.mark.parametrize(
    ("name", "cause"), [("none.md", "there is no such file"), (".", "is a folder")]
)
def test_a_plan_that_is_none_is_a_wrong_call(root: Path, name: str, cause: str) -> None:
    done = tierwise(root, "preflight", "--plan", name)
    assert (done.returncode, done.stderr.decode()) == (
        2,
        f"tierwise: --plan {name}: {cause}\n  Name the plan's file.\n",
    )


def test_a_missing_dependency_is_said_with_the_command_that_installs_it(root: Path) -> None:
    (root / "package.json").write_text('{"dependencies": {"left-pad": "1"}}')
    done = tierwise(root, "preflight")
    assert done.returncode == 1
    assert b"left-pad is not installed in node_modules (`npm install`)" in done.stdout


def test_outside_of_a_repository_the_call_is_wrong(tmp_path: Path) -> None:
    assert tierwise(tmp_path, "preflight").returncode == 2
