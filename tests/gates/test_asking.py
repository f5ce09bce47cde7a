"""What no word of the task excuses: the judge is asked where the policy uses one, else a person has to look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.gates import ChangeSet, GateResult, run_gate
from tierwise.gates.model import Ask, read_config
from tierwise.gates.registry import make_gates

TEST = "def test_total():\n    assert total([2, 3]) == 5\n\n\ndef test_read():\n    assert read('') == []\n"
TASK = "Fix the failing tests"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository in which an attempt has deleted a test."""
    folder = make_repository(tmp_path / "repository", {"tests/test_shop.py": TEST})
    (folder / "tests/test_shop.py").write_text(TEST.split("\n\n\ndef test_read")[0] + "\n")
    return folder


def check(home: Path, ask: Ask | None, use: list[str], task: str = TASK) -> GateResult:
    config = read_config({"use": use, "judge": {"threshold": 0.8}}, ask)
    (gate,) = make_gates(["tests-intact"], config, {})
    return run_gate(gate, ChangeSet(str(home), "HEAD", task))


@pytest.mark.parametrize(("score", "passed"), [(0.9, True), (0.5, False), (None, False)])
def test_the_judge_is_asked_about_it_where_the_policy_uses_one(
    home: Path, score: float | None, passed: bool
) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> tuple[str, float]:
        asked.append(prompt)
        return json.dumps({"score": score, "reason": "so"}), 0.02

    result = check(home, ask, ["tests-intact", "judge"])
    assert (result.passed, result.cost_usd) == (passed, 0.02)
    assert TASK in asked[0] and "test_read" in asked[0] and "-def test_read" in asked[0]


def test_without_a_judge_it_is_held_for_a_person(home: Path) -> None:
    def ask(prompt: str) -> tuple[str, float]:
        raise AssertionError("the policy uses no judge")

    result = check(home, ask, ["tests-intact"])
    assert not result.passed and result.ran
    assert "test_read" in result.evidence and "take the patch by hand" in result.evidence


def test_a_task_that_names_it_with_the_verb_is_not_put_to_anybody(home: Path) -> None:
    assert check(home, None, ["tests-intact", "judge"], "Remove test_read, read() is gone").passed
