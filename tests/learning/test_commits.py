"""The fate of a run's commit, told from git alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.learning import commits
from tierwise.learning.commits import STANDS_AFTER, read_commit_fates


def attempt(run: str) -> dict[str, object]:
    return {"row": "attempt", "run": run}


def commit(root: Path, message: str) -> str:
    git(root, "commit", "--allow-empty", "-qm", message)
    return str(git(root, "rev-parse", "HEAD")).strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_repository(tmp_path)
    commit(tmp_path, "feat: begin")
    return tmp_path


def fates(root: Path, now: float | None = None) -> dict[str, str]:
    """Read the fates; without ``now`` at a time when every commit is old enough."""
    moment = time.time() + STANDS_AFTER + 60 if now is None else now
    found = read_commit_fates(str(root), [attempt("r1"), attempt("r2")], moment)
    return {str(row["run"]): str(row["fate"]) for row in found}


def test_a_commit_stands_once_it_is_old_enough(root: Path) -> None:
    commit(root, "fix: one\n\nTierwise-Run: r1")
    assert fates(root, time.time()) == {}
    assert fates(root) == {"r1": "standing"}


def test_a_revert_takes_it_back_and_a_revert_of_that_does_not(root: Path) -> None:
    name = commit(root, "fix: one\n\nTierwise-Run: r1")
    again = commit(root, f'Revert "fix: one"\n\nThis reverts commit {name}.')
    assert fates(root, time.time()) == {"r1": "reverted"}
    commit(root, f"Reapply\n\nThis reverts commit {again}.")
    assert fates(root) == {"r1": "standing"}


def test_a_fixup_and_a_trailer_tell_of_a_correction(root: Path) -> None:
    commit(root, "fix: one\n\nTierwise-Run: r1")
    other = commit(root, "fix: two\n\nTierwise-Run: r2")
    commit(root, "fixup! fix: one")
    commit(root, f"fix: right it\n\nFixes: {other[:12]}")
    assert fates(root) == {"r1": "fixed-up", "r2": "fixed-up"}


def test_the_commits_that_an_agent_made_are_followed_too(root: Path) -> None:
    names = [commit(root, f"feat: part {number}") for number in range(3)]
    commit(root, f"Revert\n\nThis reverts commit {names[0]}.")
    rows = [
        {"row": "made", "agent_id": f"a{number}", "session_id": "s", "commits": [name[:7]]}
        for number, name in enumerate(names[:2])
    ]
    rows.append({"row": "made", "agent_id": "a9", "session_id": "s", "commits": ["0" * 7]})
    later = time.time() + STANDS_AFTER + 60
    for _ in range(2):  # by git, and by what was kept
        told = list(read_commit_fates(str(root), rows, later))
        assert {str(row["agent_id"]): row["fate"] for row in told} == {
            "a0": "reverted",
            "a1": "standing",
        }
    assert list(read_commit_fates(str(root), [{"row": "made", "commits": "x"}])) == []


def test_commits_of_runs_that_the_ledger_does_not_know_tell_nothing(root: Path) -> None:
    commit(root, "fix: one\n\nTierwise-Run: elsewhere")
    assert fates(root) == {}


def test_a_folder_without_a_repository_has_no_fates(tmp_path: Path) -> None:
    assert list(read_commit_fates(str(tmp_path), [attempt("r1")])) == []


def write(root: Path, name: str, lines: list[str]) -> None:
    (root / name).write_text("".join(f"{line}\n" for line in lines))
    git(root, "add", "-A")


def test_lines_that_no_longer_stand_are_rewritten(root: Path) -> None:
    write(root, "a.txt", ["one", "two", "three", "four"])
    commit(root, "feat: a\n\nTierwise-Run: r1")
    write(root, "b.txt", ["one", "two", "three", "four"])
    commit(root, "feat: b\n\nTierwise-Run: r2")
    write(root, "a.txt", ["1", "2", "3", "four"])
    write(root, "b.txt", ["one", "two", "three", "4"])
    commit(root, "refactor: both")
    assert fates(root) == {"r1": "rewritten", "r2": "standing"}


def test_a_file_that_has_gone_stands_no_more(root: Path) -> None:
    write(root, "a.txt", ["one", "two"])
    commit(root, "feat: a\n\nTierwise-Run: r1")
    git(root, "rm", "-q", "a.txt")
    commit(root, "refactor: away with it")
    assert fates(root) == {"r1": "rewritten"}


def test_what_a_pull_request_brought_is_merged_and_other_merges_tell_nothing(root: Path) -> None:
    trunk = git(root, "rev-parse", "--abbrev-ref", "HEAD").strip()
    for run, branch, message in [
        ("r1", "one", "Merge pull request #12 from us/one"),
        ("r2", "two", "Merge branch 'two'"),
    ]:
        git(root, "checkout", "-qb", branch, trunk)
        commit(root, f"fix: {branch}\n\nTierwise-Run: {run}")
        git(root, "checkout", "-q", trunk)
        git(root, "merge", "-q", "--no-ff", "-m", message, branch)
    assert fates(root, time.time()) == {"r1": "merged"}


def test_a_squashed_pull_request_is_merged(root: Path) -> None:
    commit(root, "fix: one (#12)\n\nTierwise-Run: r1")
    assert fates(root, time.time()) == {"r1": "merged"}


def test_what_git_said_is_kept_while_no_branch_moves(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, "a.txt", ["one"])
    commit(root, "feat: a\n\nTierwise-Run: r1")
    assert fates(root) == {"r1": "standing"}
    monkeypatch.setattr(commits, "_read_history", None)
    monkeypatch.setattr(commits, "measure_survival", None)
    assert fates(root) == {"r1": "standing"}
