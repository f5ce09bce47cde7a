"""What is read only where no run tells of it: new lines that bend a run of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hanging import guard_against_hanging
from tests.support.repository import make_repository

from tierwise.gates import ChangeSet, run_gate
from tierwise.gates.model import read_config
from tierwise.gates.registry import make_gates
from tierwise.gates.tests_intact import find_weakened
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("path", "before", "bent", "honest"),
    [
        ("pytest.ini", None, "[pytest]\naddopts = --deselect tests/a.py\n", "[pytest]\naddopts = -q\n"),
        (".github/workflows/ci.yml", None, "- run: pytest || true\n", "- run: pytest\n"),
        (".github/workflows/ci.yml", None, "continue-on-error: true\n", "continue-on-error: false\n"),
        ("tests/conftest.py", None, "def pytest_runtest_makereport(item, call): ...\n",
         "def pytest_collection_modifyitems(items): ...\n"),
        ("shop.py", "", 'if "pytest" in sys.modules:\n    total = 5\n', 'if len(sys.path) > 9:\n    total = 5\n'),
        ("shop.py", "", "NAME = inspect.stack()[1]\n", "def keep(caller):\n    return find(caller.name)\n"),
        ("rates.py", "",
         "def __eq__(self, other):\n    return True\n",
         "def __eq__(self, other):\n    return other.key == self.key\n"),
        ("hit.rs", "",
         "fn eq(&self, other: &Hit) -> bool {\n    true\n}\n",
         "fn eq(&self, other: &Hit) -> bool {\n    self.a == other.a\n}\n"),
    ],
)  # fmt: skip
def test_a_line_that_bends_a_run_is_told_from_an_honest_one(
    path: str, before: str | None, bent: str, honest: str
) -> None:
    old = None
    if before is not None:
        old = before.encode()
    change = TreeChange(path, old, bent.encode())
    assert find_weakened([change], nothing_ran=True)
    assert find_weakened([change]) == []
    assert find_weakened([TreeChange(path, old, honest.encode())], nothing_ran=True) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["fn eq(", "def __eq__(", "//go:build linux ", "(caller ", "caller x ", "argv[0] ", "expect("],
)
@pytest.mark.parametrize("path", ["hit.rs", "a_test.go", "a.test.js"])
def test_words_without_end_are_read_in_linear_time(path: str, text: str) -> None:
    with guard_against_hanging():
        find_weakened([TreeChange(path, b"", text.encode() * 20_000)], nothing_ran=True)


FILES = {
    "shop.py": "def total(prices):\n    return sum(prices)\n",
    "tests/test_shop.py": "from shop import total\n\n\ndef test_total():\n    assert total([2, 3]) < 6\n",
}


@pytest.mark.parametrize(
    "uses", [["syntax", "tests-intact"], ["tests-intact", "tests-as-they-were"]]
)
def test_a_session_s_gate_reads_what_no_command_of_it_tells(
    tmp_path: Path, uses: list[str]
) -> None:
    home = make_repository(tmp_path / "repository", FILES)
    (home / "shop.py").write_text("def total(prices):\n    return 600\n")
    test = home / "tests/test_shop.py"
    test.write_text(test.read_text().replace("< 6", "< 6000"))
    config = read_config({"use": uses}, None)
    (gate,) = make_gates(["tests-intact"], config, {})
    result = run_gate(gate, ChangeSet(str(home), "HEAD", "Fix total"))
    assert not result.passed
    assert "6 became 6000" in result.evidence
