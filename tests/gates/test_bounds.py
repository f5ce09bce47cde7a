"""Bounds and tolerances of tests: which let more through than they did."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_intact import model
from tierwise.gates.tests_intact.bounds import describe_looser
from tierwise.gates.tests_intact.python import read_tests as read_python
from tierwise.gates.tests_intact.text import read_tests as read_text


def read_assertion(line: str) -> model.TestCase:
    """The test with this assertion, in Python or JavaScript."""
    if line.startswith("expect"):
        (test,) = read_text("shop.test.js", f'test("total", () => {{\n  {line}\n}});\n')
        return test
    (test,) = read_python("tests/test_shop.py", f"def test_total(self):\n    {line}\n")
    return test


@pytest.mark.parametrize(
    ("strict", "loose"),
    [
        ("assert seconds(job) < 60", "assert seconds(job) < 60 * 60"),
        ("assert size(job) > 2 ** 20", "assert size(job) > -1"),
        ("self.assertLess(seconds(job), 5)", "self.assertLess(seconds(job), 50)"),
        ("self.assertGreaterEqual(share(job), 0.9)", "self.assertGreaterEqual(share(job), 0.1)"),
        ("assert rate(1) == approx(0.5, rel=0.01)", "assert rate(1) == approx(0.5, rel=10)"),
        ("self.assertAlmostEqual(rate(1), 0.5, places=6)", "self.assertAlmostEqual(rate(1), 0.5, places=1)"),
        ("expect(seconds(job)).toBeLessThan(5);", "expect(seconds(job)).toBeLessThan(5_000);"),
        ("expect(rate(1)).toBeCloseTo(0.5, 6);", "expect(rate(1)).toBeCloseTo(0.5, 0);"),
    ],
)  # fmt: skip
def test_a_bound_that_lets_more_through_is_told_from_a_stricter_one(
    strict: str, loose: str
) -> None:
    before, after = read_assertion(strict), read_assertion(loose)
    assert len(list(describe_looser(before, after))) == 1
    assert list(describe_looser(after, before)) == []


def test_a_tolerance_where_there_was_none_is_one_that_lets_more_through() -> None:
    exact = read_assertion("assert rate(1) == 0.5")
    tolerant = read_assertion("assert rate(1) == approx(0.5, abs=2)")
    assert list(describe_looser(exact, tolerant)) == [
        "has a tolerance now: tolerance of approx(0.5) abs 2"
    ]
    assert list(describe_looser(tolerant, exact)) == []


@pytest.mark.parametrize(
    "limit", ["10 ** 400", "10 ** 10 ** 10", "0 ** -1", "(-8) ** 0.5", "True", "'9'"]
)
def test_what_is_no_number_bounds_nothing(limit: str) -> None:
    assert read_assertion(f"assert rate(1) < {limit}").bounds == {}
