"""What a test puts in the place of the code, and what its assertions then demand."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.tests_intact.model import EXACT, NOTHING, PARTIAL
from tierwise.gates.tests_intact.python import read_tests as read_python
from tierwise.gates.tests_intact.stand_ins import find_mocked_subject, list_stand_ins
from tierwise.gates.tests_intact.text import read_tests as read_text


@pytest.mark.parametrize(
    ("body", "demanded"),
    [
        ("assert shop.total(2) == 5", EXACT),
        ("monkeypatch.setattr(shop, 'total', lambda n: 5)\n    assert shop.total(2) == 5", NOTHING),
        ("mocker.patch('shop.total', return_value=5)\n    assert total(2) == 5", NOTHING),
        ("mocker.patch.object(shop, 'total', return_value=5)\n    found = total(2)\n    assert found == 5", NOTHING),
        ("shop.total = Mock(return_value=5)\n    self.assertEqual(shop.total(2), 5)", NOTHING),
        ("mocker.patch.object(shop, 'total', wraps=shop.total)\n    assert shop.total(2) == 5", EXACT),
        ("mocker.patch('shop.read_rates', return_value=[])\n    assert shop.total(2) == 5", EXACT),
        ("shop.clock = Mock()\n    assert shop.total(2) == 5", EXACT),
        ("expected = shop.total(2)\n    assert shop.total(2) == expected", PARTIAL),
        ("patch.object(shop)\n    assert shop.total(2) == 5", EXACT),
    ],
)  # fmt: skip
def test_an_assertion_of_python_about_a_stand_in_demands_nothing(body: str, demanded: int) -> None:
    (test,) = read_python("tests/test_shop.py", f"def test_total(self):\n    {body}\n")
    assert test.discount().demands == (demanded,)


def test_a_decorator_that_patches_is_seen() -> None:
    code = "@patch('shop.total', lambda n: 5)\ndef test_total():\n    assert shop.total(2) == 5\n"
    (test,) = read_python("tests/test_shop.py", code)
    assert test.demands == (EXACT,)
    assert test.discount().demands == (NOTHING,)


@pytest.mark.parametrize(
    ("told", "demanded"),
    [
        ("jest.spyOn(shop, 'total').mockReturnValue(5);", NOTHING),
        ("jest.spyOn(shop, 'readRates').mockReturnValue([]);", EXACT),
        ("jest.spyOn(shop, 'total');", EXACT),
    ],
)
def test_an_assertion_of_javascript_about_a_stand_in_demands_nothing(
    told: str, demanded: int
) -> None:
    code = f"test('total', () => {{\n  {told}\n  expect(shop.total(2)).toBe(5);\n}});\n"
    (test,) = read_text("shop.test.js", code)
    assert test.discount().demands == (demanded,)


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("jest.mock('../src/cart');", True),
        ("vi.mock('./cart.js', () => ({ total: () => 5 }));", True),
        ("jest.mock('../src/rates');", False),
        ("vi.mock('./cart', async () => ({ ...(await vi.importActual('./cart')) }));", False),
    ],
)
def test_a_mock_of_the_module_under_test_is_told_from_others(line: str, is_found: bool) -> None:
    found = list(find_mocked_subject("test/cart.test.js", b"", line.encode()))
    assert bool(found) is is_found
    assert list(find_mocked_subject("test/cart.test.js", line.encode(), line.encode())) == []


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
