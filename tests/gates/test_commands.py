"""Commands as gates: only what the base did not have counts, and a flaky test is run again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.registry import make_gates

# Prints TAP from a file: one line a test, `good` or `bad`; a test named in the file `flaky` fails once.
RUNNER = """code=0; n=0
while read name state; do n=$((n+1))
  if [ "$state" = bad ] || { [ "$state" = flaky ] && [ ! -e "$MARK" ] && : > "$MARK"; }; then
    echo "not ok $n - $name"; code=1; else echo "ok $n - $name"; fi
done < results.txt; exit $code
"""


def gate(home: Path, results: str, task: str = "") -> GateResult:
    (home / "results.txt").write_text(results)
    commands = {"tests": f"MARK={home.parent}/mark sh run.sh"}
    made = make_gates(["tests"], GateConfig(seconds=30), commands)[0]
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        return run_gate(made, change)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {"run.sh": RUNNER, "results.txt": "add bad\nnetwork bad\n"}
    return make_repository(tmp_path / "repository", {**files, ".gitignore": ".tierwise/\n"})


@pytest.mark.parametrize(
    ("results", "task", "passed"),
    [
        ("add good\nnetwork bad\n", "Fix add() so that the tests pass", True),
        ("add bad\nnetwork bad\nmore good\n", "Fix add() so that the tests pass", False),
        ("add bad\nnetwork good\n", "Fix add() so that the tests pass", False),
        ("add bad\nnetwork bad\nmore good\n", "Write a summary into the readme", True),
        ("add bad\nnetwork bad\nmore good\n", "Fix the failing tests", False),
        ("add good\nnetwork bad\nother bad\n", "Fix add()", False),
    ],
)
def test_only_new_failures_count_and_those_that_the_task_is_about(
    home: Path, results: str, task: str, passed: bool
) -> None:
    result = gate(home, results, task)
    assert result.passed is passed, result.evidence


def test_a_test_that_fails_once_in_two_runs_is_not_held_against_the_change(home: Path) -> None:
    result = gate(home, "add good\nnetwork flaky\n", "")
    assert result.passed and "flaky" in result.evidence


def test_where_nothing_differs_the_command_alone_decides(home: Path) -> None:
    assert not gate(home, "add bad\nnetwork bad\n").passed
