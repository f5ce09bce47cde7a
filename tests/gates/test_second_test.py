"""A second author's test: what they are told, what may come into the tree, and when it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.builtin import second_test
from tierwise.gates.model import Ask, ChangeSet, UnansweredError
from tierwise.gates.registry import make_gates
from tierwise.gates.second_test import is_safe_path, make_prompt, read_written_test

FILES = {
    "app.py": "def double(number):\n    return number + number\n",
    "tests/check.py": "import sys\n\nsys.path.insert(0, '.')\nfrom app import double\n\nassert double(2) == 4\n",
}
COMMAND = "for file in tests/*.py; do python3 $file || exit 1; done"
TASK = "double() should refuse negative numbers with ValueError"
TEST = """import sys

sys.path.insert(0, '.')
from app import double

try:
    double(-1)
except ValueError:
    sys.exit(0)
sys.exit('a negative number was taken')
"""
TEST_AS_TOLD = json.dumps({"path": "tests/test_second.py", "content": TEST})
RIGHT = """def double(number):
    if number < 0:
        raise ValueError(number)
    return number + number
"""
WRONG = "def double(number):\n    return 2 * number\n"


def judge(
    folder: Path, code: str, *, implied: float = 1.0, before: str = ""
) -> tuple[GateResult, list[str]]:
    """The gate on ``app.py`` rewritten, and the prompts that it sent."""
    home = make_repository(folder, {**FILES, **({"app.py": before} if before else {})})
    (home / "app.py").write_text(code)
    asked: list[str] = []

    def write_test(prompt: str) -> tuple[str, float]:
        asked.append(prompt)
        return TEST_AS_TOLD, 0.02

    def ask(prompt: str) -> tuple[str, float]:
        asked.append(prompt)
        return json.dumps({"score": implied, "reason": "so it says"}), 0.01

    config = GateConfig(seconds=60, reruns=0, ask=ask, write_test=write_test)
    gates = make_gates(["second-test", "tests"], config, {"tests": COMMAND})
    with open_change_set(str(home), "", "HEAD", TASK, links=(), own_folder=str(home)) as change:
        return run_gate(gates[0], change), asked


def run_second_test(home: Path, text: str, cache: Path, ask: Ask | None = None) -> GateResult:
    """The gate on a project with changes, where the author says ``text`` and what was written is kept."""
    config = GateConfig(seconds=60, reruns=0, ask=ask, write_test=lambda prompt: (text, 0.02))
    gates = make_gates(["second-test", "tests"], config, {"tests": COMMAND})
    with open_change_set(str(home), "", "HEAD", TASK, links=(), own_folder=str(home)) as change:
        return run_gate(gates[0], replace(change, cache=str(cache)))


@pytest.mark.slow
def test_what_the_test_asks_and_the_task_implies_is_required(tmp_path: Path) -> None:
    right, _ = judge(tmp_path / "right", RIGHT)
    assert (right.passed, right.cost_usd) == (True, 0.02)
    wrong, _ = judge(tmp_path / "wrong", WRONG)
    assert not wrong.passed and wrong.cost_usd == pytest.approx(0.03)
    assert "a negative number was taken" in wrong.evidence


@pytest.mark.slow
def test_what_the_task_leaves_open_is_not_held_against_it(tmp_path: Path) -> None:
    result, _ = judge(tmp_path / "open", WRONG, implied=0.1)
    assert result.passed and result.score == 0.1


@pytest.mark.slow
def test_the_author_sees_the_task_and_the_interface_and_not_the_attempt(tmp_path: Path) -> None:
    _, asked = judge(tmp_path / "seen", WRONG)
    assert TASK in asked[0] and "double(number)" in asked[0] and COMMAND in asked[0]
    assert "2 * number" not in asked[0] and "number + number" not in asked[0]


@pytest.mark.slow
def test_a_task_whose_tests_fail_before_it_gets_none(tmp_path: Path) -> None:
    result, asked = judge(
        tmp_path / "red", RIGHT, before="def double(number):\n    return number\n"
    )
    assert result.passed and not asked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "usd"), [(UnansweredError("no answer", 0.01), 0.03), (OSError("no room"), 0.02)]
)
def test_a_judge_that_fails_loses_nothing_of_what_the_author_cost(
    error: Exception, usd: float, tmp_path: Path
) -> None:
    home = make_repository(tmp_path / "home", FILES)
    (home / "app.py").write_text(WRONG)

    def ask(prompt: str) -> tuple[str, float]:
        raise error

    result = run_second_test(home, TEST_AS_TOLD, tmp_path / "cache", ask)
    assert not result.ran and result.cost_usd == pytest.approx(usd)


@pytest.mark.slow
def test_a_test_that_cannot_be_kept_is_used_and_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, data: bytes) -> None:
        raise OSError("no room")

    monkeypatch.setattr(second_test, "write_atomic", refuse)
    home = make_repository(tmp_path / "home", FILES)
    (home / "app.py").write_text(RIGHT)
    result = run_second_test(home, TEST_AS_TOLD, tmp_path / "cache")
    assert (result.passed, result.cost_usd) == (True, 0.02)
    assert "passed" in result.evidence


@pytest.mark.slow
@pytest.mark.parametrize("text", ["I cannot write one.", '{"path": "src/app.py", "content": "x"}'])
def test_an_answer_that_cannot_be_used_is_paid_once(text: str, tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", FILES)
    (home / "app.py").write_text(RIGHT)
    costs = [run_second_test(home, text, tmp_path / "cache").cost_usd for _ in range(2)]
    assert costs == [0.02, 0.0]


@pytest.mark.parametrize(
    ("path", "is_safe"),
    [
        ("tests/test_a.py", True),
        ("src/a.test.js", True),
        ("../tests/test_a.py", False),
        ("/tmp/tests/test_a.py", False),
        (".github/tests/test_a.py", False),
        ("src/app.py", False),
        ("", False),
        ("tests/test_a.py/", False),
        ("tests//test_a.py", False),
        ("tests/test_a\0.py", False),
        ("tests/test_\ud800.py", False),
    ],
)
def test_a_written_test_may_only_be_a_test_inside_of_the_project(path: str, is_safe: bool) -> None:
    assert is_safe_path(path) is is_safe
    text = json.dumps({"path": path, "content": "assert True"})
    assert (read_written_test(f"Here: {text}") is not None) is is_safe


def test_words_in_brackets_before_an_answer_are_passed_over() -> None:
    found = read_written_test(
        f"For {{n}} and {{}} I wrote this:\n```json\n{TEST_AS_TOLD}\n```\n{{}}"
    )
    assert found is not None and found.path == "tests/test_second.py"


def test_half_a_sign_in_a_written_test_is_no_test_that_can_be_used() -> None:
    text = json.dumps({"path": "tests/test_a.py", "content": "assert '\ud83d'"})
    assert read_written_test(text) is None


def test_a_project_in_perl_shows_its_interface_and_its_test(tmp_path: Path) -> None:
    files = {
        "lib/Shop.pm": "package Shop;\nsub total { 3 }\n",
        "t/shop.t": "use Test::More tests => 1;\nis Shop::total(), 3;\n",
    }
    home = make_repository(tmp_path / "perl", files)
    prompt = make_prompt(ChangeSet(str(home), "HEAD", "total() should count in tenths"), "prove")
    assert "lib/Shop.pm: total" in prompt
    assert '<example path="t/shop.t">\nuse Test::More' in prompt
