"""Tests whose expectations are made others: what is changed in each language, and what is left alone."""

from __future__ import annotations

import pytest

from tierwise.gates.probes.broken_tests import find_broken_tests
from tierwise.gates.probes.expectations import apply_edits, list_expectations


@pytest.mark.parametrize(
    ("path", "line", "broken"),
    [
        ("tests/test_a.py", 'assert slug("A b") == "a-b"', 'assert slug("A b") == "a-b~q"'),
        ("tests/test_a.py", "assert is_open(7)", "assert not (is_open(7))"),
        ("tests/test_a.py", "self.assertEqual(f(1), 250)", "self.assertEqual(f(1), 233)"),
        (
            "tests/test_a.py",
            "assert f(x) == pytest.approx(54.0, rel=1e-6)",
            "assert f(x) == pytest.approx(179.0, rel=1e-6)",
        ),
        ("tests/test_a.py", f"assert f() == {'9' * 5000}", f"assert f() == {'9' * 5000}7"),
        (
            "tests/test_a.py",
            "assert Cue(0, 9, text).plain == plain",
            'assert Cue(0, 9, text).plain == "what nothing is equal to"',
        ),
        ("tests/test_a.py", "assert f() == 0x1F", 'assert f() == "what nothing is equal to"'),
        ("tests/test_a.py", "assert f([0x1F, 2]) == (0b1, 3)", "assert f([0x1F, 2]) == (0b1, 20)"),
        ("a.test.js", 'expect(f(2)).toBe("two");', 'expect(f(2)).toBe("two~q");'),
        ("a.test.js", 'assert.equal(f(), ["x", 3]);', 'assert.equal(f(), ["x~q", 20]);'),
        ("t/a.t", "is(f('x'), 'y', 'name');", "is(f('x'), 'y~q', 'name');"),
        ("tests/a.rs", "assert_eq!(f(5), Ok(3));", "assert_eq!(f(5), Ok(20));"),
        ("test/ATest.java", 'Check.same("b", f("a"));', 'Check.same("b~q", f("a"));'),
        ("tests/a.c", 'OK(mean(v, 3) == 4, "mean");', 'OK(mean(v, 3) == 21, "mean");'),
        ("tests/a.c", 'OK(!full(&r), "room");', 'OK(!(!full(&r)), "room");'),
        ("tests/a.sh", '[ "$got" = 5M ]', '[ "$got" = 5M~q ]'),
        ("tests/a.sh", '[ "$got" = 10² ]', '[ "$got" = 10²~q ]'),
        ("tests/a.sh", 'assert_equal "a" "$(f b)"', 'assert_equal "a~q" "$(f b)"'),
    ],
)
def test_an_expectation_becomes_another(path: str, line: str, broken: str) -> None:
    assert apply_edits(line, list_expectations(path, line)) == broken


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tests/test_a.py", "def check_equal(first, second=3):"),
        ("tests/test_a.py", 'assertNotEqual(f(), "a")'),
        ("tests/test_a.py", '# assert f() == "a"'),
        ("a.test.js", "expect(f()).not.toBe(3);"),
        ("a.test.js", 'equal(name = "x", wanted = 3) {'),
        ("tests/a.rs", "assert_ne!(f(5), 3);"),
        ("src/a.rs", "assert_eq!(f(5), 3);"),
    ],
)
def test_what_another_value_may_satisfy_is_left_alone(path: str, line: str) -> None:
    assert list_expectations(path, line) == []


def test_a_test_is_broken_where_an_expectation_stands_below_its_name() -> None:
    text = "def test_a():\n    assert f() == 3\n\n\ndef test_b():\n    run(test_a)\n"
    sites = list_expectations("tests/test_x.py", text)
    names = {"tests.test_x::test_a[1]", "tests.test_x::test_b", "other"}
    assert find_broken_tests(text, sites, names) == {"tests.test_x::test_a[1]"}
