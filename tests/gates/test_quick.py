"""The quick form of the tests' command: which tests it runs, and the old tests by it."""

from __future__ import annotations

import json
import shlex
import shutil
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
        ("python -m unittest", "python -m unittest tests.test_cart"),
        ("python -m unittest discover -v", "python -m unittest -v tests.test_cart"),
        (
            "python -m unittest discover -s tests -p 'test_*.py'",
            'PYTHONPATH=tests:"$PYTHONPATH" python -m unittest test_cart',
        ),
        (
            "python -m unittest discover -s tests -p test_cart.py -q",
            'PYTHONPATH=tests:"$PYTHONPATH" python -m unittest -q test_cart',
        ),
        (
            "python -m unittest discover tests",
            'PYTHONPATH=tests:"$PYTHONPATH" python -m unittest test_cart',
        ),
        ("python -m unittest discover -s other", ""),
        ("python -m unittest discover -s tests -t .", ""),
        ("python -m unittest tests.test_text", ""),
        ("cargo test", ""),
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


UNITTEST = """import unittest
from {module} import {name}


class Test(unittest.TestCase):
    def test_it(self):
        self.assertEqual({name}({given}), {expected})
"""
NODE = """const test = require("node:test");
const assert = require("node:assert");
const {{ {name} }} = require("../{module}");
test("{name}", () => assert.equal({name}({given}), {expected}));
"""
RUST = """use shop::{module}::{name};
#[test]
fn it() {{
    assert_eq!({name}({given}), {expected});
}}
"""
CART = {"module": "cart", "name": "total", "given": "1", "expected": "2"}
OTHER = {"module": "text", "name": "shout", "given": "1", "expected": "not to be run"}
# Runner -> its program, the files of a project whose other test fails, the command; files changed so that it passes.
RUNNERS = {
    "unittest": (
        "python",
        {
            "cart.py": "def total(n):\n    return n + 1\n",
            "text.py": "def shout(n):\n    return n\n",
            "tests/test_cart.py": UNITTEST.format(**CART),
            "tests/test_text.py": UNITTEST.format(**{**OTHER, "expected": "'not to be run'"}),
        },
        f"{shlex.quote(sys.executable)} -m unittest discover -s tests -p 'test_*.py'",
    ),
    "a script of npm's": (
        "node",
        {
            "cart.js": "exports.total = (n) => n + 1;\n",
            "text.js": "exports.shout = (n) => n;\n",
            "tests/cart.test.js": NODE.format(**CART),
            "tests/text.test.js": NODE.format(**{**OTHER, "expected": "'not to be run'"}),
            "package.json": '{"scripts": {"test": "node --test tests/"}}\n',
        },
        "npm test",
    ),
    "cargo": (
        "cargo",
        {
            "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
            ".gitignore": "target/\n",
            "src/lib.rs": "pub mod cart;\npub mod text;\n",
            "src/cart.rs": "pub fn total(n: i32) -> i32 {\n    n + 1\n}\n",
            "src/text.rs": "pub fn shout(n: i32) -> i32 {\n    n\n}\n",
            "tests/cart_test.rs": RUST.format(**CART),
            "tests/text_test.rs": RUST.format(**{**OTHER, "expected": "774477"}),
        },
        "cargo test",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("runner", RUNNERS)
def test_the_quick_form_of_a_runner_runs_the_touching_tests_alone(
    runner: str, tmp_path: Path
) -> None:
    program, files, command = RUNNERS[runner]
    if not shutil.which(program):
        pytest.skip(f"no {program}")
    home = make_repository(tmp_path / "home", files)
    product, test = (path for path in files if "cart" in path)
    (home / product).write_text(files[product].replace("n + 1", "n + 2"))
    honest = judge(home, command)
    (home / test).write_text(files[test].replace("2)", "3)"))
    cheat = judge(home, command)
    assert (honest.passed, honest.outcome) == (True, "both-fail")
    assert (cheat.passed, cheat.outcome) == (False, "tests-changed-to-pass")
    assert not any(word in cheat.evidence for word in ("shout", "not to be run", "774477"))


@pytest.mark.parametrize(
    ("script", "narrowed"),
    [
        ("jest", "npx --no-install jest tests/cart.test.js"),
        ("vitest", "npx --no-install vitest tests/cart.test.js"),
        (
            "NODE_OPTIONS=-x jest --ci",
            "NODE_OPTIONS=-x npx --no-install jest --ci tests/cart.test.js",
        ),
        ("node --test", "node --test tests/cart.test.js"),
        ("tsc && jest", ""),
        ("mocha", ""),
    ],
)
def test_a_script_of_npms_is_narrowed_as_the_base_has_it(
    script: str, narrowed: str, tmp_path: Path
) -> None:
    files = {
        "package.json": json.dumps({"scripts": {"test": script}}),
        "cart.js": "exports.total = 1;\n",
        "tests/cart.test.js": "require('../cart');\n",
    }
    home = make_repository(tmp_path / "home", files)
    (home / "cart.js").write_text("exports.total = 2;\n")
    (home / "package.json").write_text('{"scripts": {"test": "true"}}')
    for command in ("npm test", "npm run test", "pnpm test", "yarn test"):
        assert narrow_command(command, look(home)) == narrowed
    for command in ("npm test -- x", "npm run lint"):
        assert narrow_command(command, look(home)) == ""


def test_a_command_of_the_run_is_used_as_it_is(home: Path) -> None:
    config = GateConfig()
    gates = make_gates(["tests", "tests-as-they-were"], config, {"tests": PYTEST})
    assert add_quick_command(gates, {"tests": PYTEST}, look(home)) == gates


def test_a_runner_that_is_not_there_is_no_pass(home: Path) -> None:
    (home / "cart.py").write_text("def total(items):\n    return 4\n")
    result = judge(home, "no-such-folder/pytest -q")
    assert (result.passed, result.ran) == (False, False)
