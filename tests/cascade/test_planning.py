"""The gate of the plan's test: neither what failed on the base counts, nor what the task left open."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.cascade.planning import write_plan
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.model import Ask, UnansweredError
from tierwise.gates.registry import make_gates

RED = "import unittest\n\n\nclass RedTest(unittest.TestCase):\n    def test_red(self):\n        self.fail()\n"
PLANNED = (
    "import unittest\n\nfrom app import add\n\n\nclass PlanTest(unittest.TestCase):\n"
    "    def test_negative(self):\n        self.assertEqual(add(-2, 1), -1)\n"
)
WRITTEN = json.dumps({"path": "test_plan.py", "content": PLANNED, "plan": "Return the sum."})
RIGHT, BY_HEART = "a + b", "abs(a) + abs(b)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {"app.py": app("a - b"), "test_red.py": RED}
    return make_repository(tmp_path / "repository", {**files, ".gitignore": ".tierwise/\n"})


def app(sum_of_both: str) -> str:
    return f"def add(a, b):\n    return {sum_of_both}\n"


def judging(score: float | None) -> Ask:
    """A judge that says how far the task implies the test; None is one that says nothing of the kind."""

    def ask(prompt: str) -> tuple[str, float]:
        told = "I cannot say." if score is None else json.dumps({"score": score, "reason": "so"})
        return told, 0.01

    return ask


def check(home: Path, result: str, ask: Ask | None, task: str = "Make add() add") -> GateResult:
    commands = {"tests": f"{sys.executable} -m unittest"}
    config = GateConfig(seconds=60, ask=ask, commands=commands)
    gates = make_gates(["tests"], config, commands)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as base:
        written = write_plan(base, gates, lambda prompt: (WRITTEN, 0.1))
    assert written.gate is not None
    (home / "app.py").write_text(app(result))
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        return run_gate(written.gate, change)


@pytest.mark.slow
def test_what_failed_on_the_base_too_is_not_held_against_an_attempt(home: Path) -> None:
    result = check(home, RIGHT, judging(1.0))
    assert result.passed, result.evidence
    assert "failed before the change too" in result.evidence
    assert result.cost_usd == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("score", "passed"), [(1.0, False), (0.0, True), (None, False)])
def test_what_the_test_asks_counts_unless_the_judge_says_that_the_task_left_it_open(
    home: Path, score: float | None, passed: bool
) -> None:
    result = check(home, BY_HEART, judging(score))
    assert (result.passed, result.cost_usd) == (passed, 0.01), result.evidence
    assert "test_negative" in result.evidence and "test_red" not in result.evidence.split("\n")[1]


@pytest.mark.slow
def test_a_judge_that_is_not_there_excuses_nothing_and_is_paid(home: Path) -> None:
    def ask(prompt: str) -> tuple[str, float]:
        raise UnansweredError("light did not answer: timeout", 0.02)

    result = check(home, BY_HEART, ask)
    assert (result.passed, result.ran, result.cost_usd) == (False, True, 0.02)
    assert not check(home, BY_HEART, None).passed


def test_a_plan_that_never_came_is_paid_for(home: Path) -> None:
    def ask(prompt: str) -> tuple[str, float]:
        raise UnansweredError("frontier did not answer: budget", 0.4)

    gates = make_gates(["tests"], GateConfig(), {"tests": "true"})
    with open_change_set(str(home), "", "HEAD", "x", links=(), own_folder=str(home)) as base:
        written = write_plan(base, gates, ask)
    assert (written.cost_usd, written.gate) == (0.4, None)
    assert written.note == "no plan: frontier did not answer: budget"
