"""What tests put in the place of the code."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.new_tests.stand_ins import list_stand_ins


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("test_a.py", "with patch('shop.total', return_value=5):\n    pass\n", {"total"}),
        ("test_a.py", "with patch('shop.total', wraps=total):\n    pass\n", set()),
        ("test_a.py", "def broken(:\n", set()),
        ("a.test.js", "t.mock.method(shop, 'total', () => 5);", {"total"}),
        ("a.test.js", "  shop.total = () => 5;", {"total"}),
        ("a.test.js", "  const total = () => 5;", set()),
        ("t/a.t", "local *Shop::Cart::total = sub { 5 };", {"total"}),
        ("t/a.t", "my $total = sub { 5 };", set()),
    ],
)
def test_functions_in_whose_place_a_test_puts_something(
    path: str, code: str, found: set[str]
) -> None:
    assert list_stand_ins(path, code.encode()) == found


@pytest.mark.parametrize("text", ["\n" * 100_000, "*{" * 50_000, "a.b = (" * 50_000])
def test_hardly_readable_tests_take_little_time(text: str) -> None:
    with guard_against_hanging():
        list_stand_ins("a.test.js", text.encode())
