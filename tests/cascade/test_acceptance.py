"""A commit's own tests as the judge of another result."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.history import make_history
from tests.support.repository import git

from tierwise.cascade.acceptance import Acceptance, tells_apart
from tierwise.cascade.context import load_context
from tierwise.cascade.workspace import open_workspace
from tierwise.gates.model import ChangeSet

COMMAND = f"{sys.executable} -m unittest -q"


@pytest.fixture
def commits(repository: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(repository)
    return make_history(repository)


def judge_by(repository: Path, commit: str) -> Acceptance:
    return Acceptance(str(repository.resolve()), commit, ("test_app.py",), COMMAND, 60.0)


@pytest.mark.slow
def test_only_tests_that_fail_before_and_pass_after_tell(
    repository: Path, commits: dict[str, str]
) -> None:
    context = load_context()
    fix = judge_by(repository, commits["fix"])
    assert tells_apart(fix, context, commits["begin"])
    rename = judge_by(repository, commits["rename"])
    assert not tells_apart(rename, context, commits["fix"])


@pytest.mark.slow
@pytest.mark.parametrize(("content", "passes"), [("a + b", True), ("a * b", False)])
def test_a_result_is_judged_by_tests_that_it_never_saw(
    repository: Path, commits: dict[str, str], content: str, passes: bool
) -> None:
    base = commits["begin"]
    gate = judge_by(repository, commits["fix"]).make_gate()
    home = str(repository.resolve())
    with open_workspace(home, "", "r", base=base) as workspace:
        root = Path(workspace.root)
        assert not (root / "test_app.py").exists()
        assert "fix" not in git(root, "log", "--all", "--format=%s")
        (root / "app.py").write_text(f"def add(a, b):\n    return {content}\n")
        change = ChangeSet(
            workspace.root,
            base,
            known_tree=workspace.state(),
            git=workspace.store.environment(workspace.root),
            checkouts=workspace.checkouts,
        )
        assert gate.check(change, gate.config).passed is passes


@pytest.mark.slow
def test_a_result_that_did_nothing_is_not_excused_by_the_base(
    repository: Path, commits: dict[str, str]
) -> None:
    gate = judge_by(repository, commits["fix"]).make_gate()
    with open_workspace(str(repository.resolve()), "", "r", base=commits["begin"]) as workspace:
        change = ChangeSet(
            workspace.root,
            commits["begin"],
            known_tree=workspace.state(),
            git=workspace.store.environment(workspace.root),
            checkouts=workspace.checkouts,
        )
        assert not gate.check(change, gate.config).passed
