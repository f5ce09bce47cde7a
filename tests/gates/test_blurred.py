"""Assertions that forget on both sides a part of what was compared."""

from __future__ import annotations

import pytest

from tierwise.gates.new_tests.blurred import describe_blurred
from tierwise.git.snapshot import TreeChange

HELPER = "\n\ndef bare(text):\n    return text.lower().split()\n"


def describe(path: str, before: str, after: str, task: str = "Sort by age") -> list[str]:
    return describe_blurred([TreeChange(path, before.encode(), after.encode())], task)


@pytest.mark.parametrize(
    ("path", "before", "after", "is_found"),
    [
        ("tests/conftest.py", "assert text == wanted\n", "assert sorted(text) == sorted(wanted)\n", True),
        ("tests/test_a.py", "assert text == wanted\n", f"assert bare(text) == bare(wanted)\n{HELPER}", True),
        ("tests/test_a.py", f"assert text == wanted\n{HELPER}", f"assert bare(text) == bare(wanted)\n{HELPER}", False),
        ("tests/test_a.py", "assert text == wanted\n", "assert text.splitlines() == wanted.splitlines()\n", False),
        ("tests/test_a.py", "assert text == wanted\n", 'assert sorted(text) == ["a", "b"]\n', False),
        ("tests/test_a.py", "assert sorted(a) == sorted(b)\n", "assert sorted(c) == sorted(b)\n", False),
        ("tests/test_a.py", "", "assert sorted(a) == sorted(b)\n", False),
        ("a.test.js", "assert.equal(list(), read());\n", "assert.equal(list().trim(), read().trim());\n", True),
        ("t/a.t", "is $got, $wanted;\n", "is lc $got, lc $wanted;\n", True),
        ("tests/a.rs", "assert_eq!(got, wanted);\n", "assert_eq!(got.to_lowercase(), wanted.to_lowercase());\n", True),
    ],
)  # fmt: skip
def test_what_forgets_on_both_sides_is_found(
    path: str, before: str, after: str, is_found: bool
) -> None:
    assert bool(describe(path, before, after)) is is_found
    for task in (
        "Lists may come in any order, and upper case is ignored",
        "Load the pages in parallel, as they come",
        "Let it run on Windows",
    ):
        assert not describe(path, before, after, task)


def test_a_test_that_is_new_forgets_nothing_that_was_compared() -> None:
    before = "def test_a():\n    assert parse('a') == 1\n"
    added = "\n\ndef test_b():\n    assert sorted(keys()) == sorted(['a', 'b'])\n"
    assert not describe("tests/test_a.py", before, before.replace("1", "2") + added)
