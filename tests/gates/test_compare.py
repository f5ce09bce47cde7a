"""Tests before and after: one that was split into several, whichever of them are most like the others."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_intact.compare import compare
from tierwise.gates.tests_intact.text import read_tests

OLD = """
test("amounts", () => {
  assert.equal(parse("1,5"), 150);
  assert.equal(parse("1.5"), 150);
  assert.equal(parse("-5"), -500);
});

test("format", () => {
  assert.equal(format(150), "1.50");
  assert.equal(format(-5), "-0.05");
});
"""
PARTS = [
    'parse("1,5"), 150',
    'parse("1.5"), 150',
    'parse("-5"), -500',
    'format(150), "1.50"',
    'format(-5), "-0.05"',
]


@pytest.mark.parametrize(("left", "is_lost"), [(5, False), (4, True)])
def test_tests_that_were_split_have_to_demand_as_much_together(left: int, is_lost: bool) -> None:
    new = "".join(
        f'it("case {number}", () => {{\n  assert.equal({part});\n}});\n'
        for number, part in enumerate(PARTS[-left:])
    )
    old_tests, new_tests = read_tests("a.test.js", OLD), read_tests("a.test.js", new)
    assert bool(compare(old_tests, new_tests)) is is_lost
