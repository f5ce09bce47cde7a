"""The quick form of the tests' command: which tests it runs, and the old tests by it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import ChangeSet, GateConfig, GateResult, run_gate
from tierwise.gates.quick import add_quick_command, narrow_command
from tierwise.gates.registry import make_gates

FILES = {
    "cart.py": "def total(items):\n    return sum(items)\n",
    "text.py": "def shout(text):\n    return text.upper()\n",
    "tests/test_cart.py": "from cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
    "tests/test_text.py": "from text import shout\n\n\ndef test_shout():\n    assert shout('a') == 'A'\n",
    "tests/test_slow.py": "def test_slow():\n    raise SystemExit('not to be run')\n",
    "pytest.ini": "[pytest]\npythonpath = .\n",
}
PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider tests"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "home", FILES)


def look(home: Path) -> ChangeSet:
    return ChangeSet(str(home), "HEAD")


@pytest.mark.parametrize(
    ("command", "narrowed"),
    [
        ("pytest -q", "pytest -q tests/test_cart.py"),
        ("python -m pytest tests", "python -m pytest tests/test_cart.py"),
        ("pytest -q tests/test_text.py", "pytest -q tests/test_cart.py"),
        ("make test", ""),
        ("pytest -q && ruff check", ""),
        ("pytest --rootdir tests", ""),
        ("pytest --cov tests", ""),
        ("pytest -k tests", ""),
        ("pytest -m tests", ""),
        ("pytest -k 'cart", ""),
        ("~/venv/bin/pytest", ""),
        ("uv run --project . pytest tests", "uv run --project . pytest tests/test_cart.py"),
    ],
)
def test_only_a_runner_that_takes_files_is_narrowed(
    home: Path, command: str, narrowed: str
) -> None:
    (home / "cart.py").write_text("def total(items):\n    return 0\n")
    assert narrow_command(command, look(home)) == narrowed


def test_tests_are_those_that_are_changed_or_speak_of_what_is(home: Path) -> None:
    (home / "tests/test_text.py").write_text("def test_other():\n    pass\n")
    (home / "tests/test_cart.py").unlink()
    (home / "notes.py").write_text("x = 1\n")
    assert narrow_command("pytest", look(home)) == "pytest tests/test_text.py"


def judge(home: Path, command: str = PYTEST) -> GateResult:
    """The tests as they were, as inside a session: no command is among the gates."""
    config = GateConfig(seconds=60, reruns=0)
    (gate,) = make_gates(["tests-as-they-were"], config, {})
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        (gate,) = add_quick_command([gate], {"tests": command}, change)
        return run_gate(gate, change)


@pytest.mark.slow
def test_a_test_changed_to_pass_is_refused_by_the_quick_form(home: Path) -> None:
    (home / "cart.py").write_text("def total(items):\n    return 4\n")
    (home / "tests/test_cart.py").write_text(FILES["tests/test_cart.py"].replace("3", "4"))
    result = judge(home)
    assert (result.passed, result.outcome) == (False, "tests-changed-to-pass")
    assert "test_slow" not in result.evidence


def test_a_command_of_the_run_is_used_as_it_is(home: Path) -> None:
    config = GateConfig()
    gates = make_gates(["tests", "tests-as-they-were"], config, {"tests": PYTEST})
    assert add_quick_command(gates, {"tests": PYTEST}, look(home)) == gates


def test_a_runner_that_is_not_there_is_no_pass(home: Path) -> None:
    (home / "cart.py").write_text("def total(items):\n    return 4\n")
    result = judge(home, "no-such-folder/pytest -q")
    assert (result.passed, result.ran) == (False, False)
