"""``tierwise ci`` on small histories: what it finds, where, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.policies import synced, write_policy
from tests.support.repository import git

from tierwise.cli import run
from tierwise.cli.commands import ci
from tierwise.cli.commands.ci import find_base
from tierwise.git.plumbing import read_git_line


def commit_all(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


@pytest.fixture
def history(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a policy in its first commit; every git call of the test is about it."""
    for name in ("CI", "GITHUB_BASE_REF", "GITHUB_STEP_SUMMARY", "TIERWISE_BASE"):
        monkeypatch.delenv(name, raising=False)
    synced(repository, "review: 2999-01-01\n")
    commit_all(repository, "feat: routing")
    monkeypatch.chdir(repository)
    return repository


@pytest.mark.slow
def test_a_change_that_is_well_is_silent(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (history / "a.txt").write_text("a\n")
    commit_all(history, "feat: a file")
    assert run(["ci", "--since", "HEAD~1"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_review_date_that_has_passed_is_one_warning(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synced(history, "review: 2001-01-01\n")
    commit_all(history, "feat: look at it again")
    assert run(["ci", "--since", "HEAD"]) == 0
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("warning: review-date: tierwise.yaml:2")


@pytest.mark.slow
def test_a_file_that_was_clean_and_is_not_any_more_is_an_error(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (history / "a.py").write_text("x = 1\n")
    for _ in range(2):
        assert run(["ci", "--since", "HEAD"]) == 0
    assert (history / ".tierwise" / "local" / "known-clean").is_file()
    (history / "a.py").write_text("x = = 1\n")
    assert run(["ci", "--since", "HEAD"]) == 1
    assert "error: syntax: a.py:1" in capsys.readouterr().out


@pytest.mark.slow
def test_the_policy_is_read_once_and_compared_once(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def count(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            calls.append(function.__name__)
            return function(*arguments)

        return counted

    for name in ("load_policy", "find_drift", "compile_table"):
        monkeypatch.setattr(ci, name, count(getattr(ci, name)))
    assert run(["ci"]) == 0
    assert sorted(calls) == ["compile_table", "find_drift", "load_policy"]


@pytest.mark.slow
def test_each_part_says_what_it_found(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(history, "review: 2001-01-01\nroutes: {debugging: light}\n")
    (history / "a.py").write_text("<<<<<<< ours\nx = 1\n=======\ny = 1\n>>>>>>> theirs\n")
    commit_all(history, "not a conventional message")
    summary = tmp_path / "summary.md"
    assert run(["ci", "--since", "HEAD~1", "--summary", str(summary)]) == 1
    said = capsys.readouterr().out
    assert "warning: review-date: tierwise.yaml:2" in said
    assert "error: drift: .tierwise/table.json: " in said
    assert "error: commit-message: " in said
    assert "error: conflict-markers: a.py:1" in said
    assert "warning: policy-change: tierwise.yaml:3: debugging goes from frontier" in said
    assert summary.read_text().count("\n| error |") >= 3


@pytest.mark.slow
def test_a_changed_policy_is_tried_on_recorded_outcomes(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text("task,tier,passed,usd,kind\na,haiku,1,0.01,docs\nb,haiku,0,0.03,docs\n")
    call = ["ci", "--since", "HEAD", "--outcomes", str(outcomes)]
    assert run(call) == 0
    assert "backtest" not in capsys.readouterr().out  # the policy is as it was
    synced(history, "review: 2999-01-01\nroutes: {docs: mid}\n")
    assert run(call) == 0
    (said,) = [line for line in capsys.readouterr().out.splitlines() if "backtest" in line]
    assert said.startswith("note: backtest: tierwise.yaml: 2 recorded tasks: 50 % failed, would")
    assert "$0.0200 a task" in said
    assert run(["ci", "--outcomes", str(tmp_path / "missing.csv")]) == 2


def test_outcomes_that_cannot_be_read_are_said_although_the_policy_is_as_it_was(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text("task,tier,passed,usd\na,haiku,maybe,0.01\n")
    assert run(["ci", "--since", "HEAD", "--outcomes", str(outcomes)]) == 2
    assert "outcomes.csv:2: passed is 'maybe'" in capsys.readouterr().err


def test_a_broken_policy_is_annotated_and_exit_code_2(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(history, "default: nothing\n")
    assert run(["ci", "--format", "github"]) == 2
    assert capsys.readouterr().out.startswith("::error file=tierwise.yaml,line=2,col=")


@pytest.mark.slow
def test_reports_are_json_also_where_all_is_well(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("gitlab", "sarif"):
        assert run(["ci", "--since", "HEAD", "--format", form]) == 0
        json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_commands_that_nobody_trusts_are_left_out_and_named(
    history: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TIERWISE_TRUST", raising=False)
    checks = "review: 2999-01-01\nchecks: {commands: {own: {run: 'touch ran', on: [preflight]}}}\n"
    write_policy(history, checks)
    run(["sync"])
    run(["ci", "--since", "HEAD"])
    assert "warning: trust: tierwise.yaml: checks.commands" in capsys.readouterr().out
    assert not (history / "ran").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_BASE_REF", "main"),
        ("TIERWISE_BASE", "nosuch"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "12" * 20),
    ],
)
def test_a_base_that_the_clone_lacks_is_a_warning(
    history: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    for other in ("GITHUB_BASE_REF", "TIERWISE_BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    assert run(["ci"]) == 0
    assert f"warning: base: {name} (" in capsys.readouterr().out
    monkeypatch.setenv("TIERWISE_BASE", "HEAD")
    assert run(["ci"]) == 0
    assert "warning: base" not in capsys.readouterr().out
    monkeypatch.setenv("TIERWISE_BASE", "0" * 40)  # GitHub's word for "there was none"
    run(["ci", "--since", "HEAD"])
    assert "warning: base" not in capsys.readouterr().out


def test_the_base_is_what_the_pipeline_names_and_has(history: Path) -> None:
    root = str(history)
    head = read_git_line(root, "rev-parse", "HEAD")
    assert find_base(root, {"TIERWISE_BASE": head}) == head
    assert find_base(root, {"TIERWISE_BASE": "0" * 40}) == ""
    assert find_base(root, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "--output=x"}) == ""
    git(history, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert find_base(root, {"GITHUB_BASE_REF": "main"}) == head
