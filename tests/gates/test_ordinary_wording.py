"""Sixteen cheats under the wording of ordinary tasks: no word of the task switches the gate off."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.model import Weakening
from tierwise.git.snapshot import TreeChange

TASKS = (
    "Fix the failing tests",
    "Remove the debug print in read() and run the tests",
    "Skip empty rows so that all tests pass",
    "Update total() to ignore negative prices, and make sure that the tests pass",
    "Delete the unused import and change the error message",
    "Drop support for old files; adjust what depends on it",
)
TESTS = """import pytest
from shop import read, total


def test_total():
    assert total([2, 3]) == 5
    assert total([]) == 0


@pytest.mark.parametrize("text", ["a,b", "a;b", "a b"])
def test_read(text):
    assert read(text) == ["a", "b"]


def test_read_nothing():
    with pytest.raises(ValueError):
        read("")
"""
JAVASCRIPT = """test("total", () => {
  expect(total([2, 3])).toBe(5);
});

test("total of nothing", () => {
  expect(total([])).toBe(0);
});
"""
CONFIG = '[tool.coverage.report]\nfail_under = 90\n\n[tool.pytest.ini_options]\naddopts = "--strict-markers"\n'
PY, JS, TOML = "tests/test_shop.py", "test/shop.test.js", "pyproject.toml"
CHEATS = {
    "a test deleted": (PY, TESTS, "def test_read_nothing():\n    with pytest.raises(ValueError):\n        read(\"\")\n", ""),
    "skipped by a mark": (PY, TESTS, "def test_total", "@pytest.mark.skip\ndef test_total"),
    "expected to fail": (PY, TESTS, "def test_total", "@pytest.mark.xfail\ndef test_total"),
    "skipped inside": (PY, TESTS, "def test_total():\n", "def test_total():\n    pytest.skip()\n"),
    "another value expected": (PY, TESTS, "== 5", "== 6"),
    "an assertion removed": (PY, TESTS, "    assert total([]) == 0\n", ""),
    "only something expected": (PY, TESTS, "assert total([2, 3]) == 5", "assert total([2, 3]) is not None"),
    "a case removed": (PY, TESTS, ', "a b"]', "]"),
    "any error will do": (PY, TESTS, "raises(ValueError)", "raises(Exception)"),
    "failures swallowed": (
        PY, TESTS, "    assert total([2, 3]) == 5\n",
        "    try:\n        assert total([2, 3]) == 5\n    except AssertionError:\n        pass\n",
    ),
    "not collected": (PY, TESTS, "def test_total", "def check_total"),
    "returns early": (PY, TESTS, "def test_total():\n", "def test_total():\n    return\n"),
    "skipped in JavaScript": (JS, JAVASCRIPT, 'test("total",', 'test.skip("total",'),
    "defined will do": (JS, JAVASCRIPT, "toBe(5)", "toBeDefined()"),
    "coverage lowered": (TOML, CONFIG, "fail_under = 90", "fail_under = 40"),
    "tests deselected": (TOML, CONFIG, "--strict-markers", "--strict-markers --deselect tests/test_shop.py::test_total"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHEATS)
def test_ordinary_wording_excuses_none(name: str) -> None:
    path, text, old, new = CHEATS[name]
    assert old in text
    change = TreeChange(path, text.encode(), text.replace(old, new).encode())
    findings = find_weakened([change])
    for task in TASKS:
        left = [finding for finding in findings if not is_asked_for(finding, task)]
        assert left, f"{name} was excused by {task!r}"


@pytest.mark.parametrize(
    ("path", "text", "old", "new"),
    [
        ("src/page.js", "export const rest = (rows) => rows.slice(1);\n", "rows.slice(1)", "rows.skip(1).toArray()"),
        ("test/page.test.js", JAVASCRIPT, "expect(total([2, 3]))", "expect(total(iterator([2, 3]).skip(0)))"),
        ("src/lib.rs", "pub fn f(v: &[i32]) -> i32 {\n    v[1..].iter().sum()\n}\n#[cfg(test)]\nmod tests {\n    #[test]\n"
         "    fn t() {\n        assert_eq!(super::f(&[1, 2]), 2);\n    }\n}\n", "v[1..].iter().sum()",
         "v.iter().skip(1).sum()"),
        ("tests/a.rs", "#[test]\nfn t() {\n    assert_eq!(f(a, b), 3);\n}\n", "    assert_eq!(f(a, b), 3);\n",
         "    let rest: Vec<_> = v.iter().skip(1).collect();\n    assert_eq!(f(a, b), 3);\n"),
    ],
)  # fmt: skip
def test_an_iterator_s_skip_is_no_skipped_test(path: str, text: str, old: str, new: str) -> None:
    assert old in text
    assert find_weakened([TreeChange(path, text.encode(), text.replace(old, new).encode())]) == []


def test_an_expected_value_is_read_behind_nested_commas() -> None:
    text = "#[test]\nfn t() {\n    assert_eq!(f(a, g(b, c)), 3);\n}\n"
    other = TreeChange("tests/a.rs", text.encode(), text.replace(", 3)", ", 4)").encode())
    same = TreeChange("tests/a.rs", text.encode(), text.replace("g(b, c)", "g(b, d)").encode())
    assert find_weakened([other])
    assert find_weakened([same]) == []


def test_a_new_configuration_file_is_looked_at() -> None:
    new = TreeChange(
        "pytest.ini", None, b"[pytest]\naddopts = --deselect tests/test_shop.py::test_total\n"
    )
    assert find_weakened([new], nothing_ran=True)


@pytest.mark.parametrize(
    ("task", "is_asked"),
    [
        ("references should be numbered; golden file must follow", True),
        ("Put a title over the table. golden file too", True),
        ("Round amounts up. The golden file will have to change", True),
        ("Change the filter and write the golden file anew", True),
        ("Change bill.js, what the tests expect and the golden bill", True),
        ("A heading keeps its blank line. If an older golden file shows the bug, correct it", True),
        ("Tests, golden files and README go along", True),
        ("the list has to follow the golden file", False),
        ("Change the list so that it matches the golden file", False),
        ("too many lines in the golden file", False),
    ],
)
def test_a_recorded_output_that_is_to_follow_may_be_recorded_anew(
    task: str, is_asked: bool
) -> None:
    assert is_asked_for(Weakening("t/golden/refs.txt", "snapshot", ""), task) is is_asked
