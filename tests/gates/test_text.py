"""Tests of other languages than Python, read as text."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.tests_intact.text import read_tests


def test_a_test_of_ruby_is_found_on_its_own_line() -> None:
    code = "require 'shop'\n\n\nit 'adds' do\n  expect(total(1)).to eq(1)\nend\n"
    (test,) = read_tests("spec/shop_spec.rb", code)
    assert (test.name, test.line) == ("adds", 4)


@pytest.mark.parametrize(
    ("name", "is_skipped"), [("first", True), ("second", False), ("third", True), ("fourth", False)]
)
def test_where_some_run_alone_the_others_are_skipped(name: str, is_skipped: bool) -> None:
    code = """test("first", () => { expect(total(1)).toBe(1); });
describe.only("chosen", () => {
  test("second", () => { expect(total(2)).toBe(2); });
});
describe("others", () => {
  test("third", () => { expect(total(3)).toBe(3); });
  test.only("fourth", () => { expect(total(4)).toBe(4); });
});
"""
    (found,) = (test for test in read_tests("shop.test.js", code) if test.name == name)
    assert found.skipped is is_skipped


@pytest.mark.parametrize("text", [" \n" * 50_000, "$" * 100_000])
def test_blank_lines_and_signs_take_little_time(text: str) -> None:
    with guard_against_hanging():
        read_tests("shop.test.js", f"test('a', () => {{\n{text}\n}});\n")
