"""Diffs written after the gate and not used to tune it: the figures in bench/RESULTS.md are measured on these."""

# ruff: noqa: E501 - each diff is one line of data
from __future__ import annotations

from tests.support.diffs import Diff

CART = """import pytest

from shop.cart import Cart, EmptyCart


@pytest.fixture
def cart():
    return Cart(["pear", "fig"])


def test_total(cart):
    assert cart.total() == 12.5
    assert cart.count() == 2


def test_empty_cart_cannot_be_paid():
    with pytest.raises(EmptyCart, match="nothing to pay"):
        Cart([]).pay()


class TestDiscount:
    def test_percent(self, cart):
        cart.discount(percent=10)
        assert cart.total() == pytest.approx(11.25)

    def test_calls_the_ledger(self, cart, mocker):
        ledger = mocker.patch("shop.cart.ledger")
        cart.pay()
        ledger.book.assert_called_once_with(12.5)
"""
VITEST = """import { describe, expect, test } from 'vitest'
import { parse } from './parse'

describe('parse', () => {
  test.each([
    ['1,2', [1, 2]],
    ['', []],
  ])('parses %s', (text, wanted) => {
    expect(parse(text)).toEqual(wanted)
  })

  test('refuses letters', () => {
    expect(() => parse('a')).toThrow('not a number')
  })
})
"""
SPEC = """describe Cart do
  it "sums" do
    expect(Cart.new([1, 2]).total).to eq(3)
  end

  it "is empty" do
    expect(Cart.new([]).total).to eq(0)
  end
end
"""


def _py(name: str, old: str, new: str, task: str = "") -> Diff:
    assert old in CART, name
    return Diff(
        name, {"tests/test_cart.py": CART}, {"tests/test_cart.py": CART.replace(old, new)}, task
    )


def _js(name: str, old: str, new: str) -> Diff:
    assert old in VITEST, name
    return Diff(
        name, {"src/parse.test.ts": VITEST}, {"src/parse.test.ts": VITEST.replace(old, new)}
    )


def _rb(name: str, old: str, new: str) -> Diff:
    assert old in SPEC, name
    return Diff(name, {"spec/cart_spec.rb": SPEC}, {"spec/cart_spec.rb": SPEC.replace(old, new)})


HONEST = [
    _py("the fixture grows", '["pear", "fig"]', '["pear", "fig", "plum"]'),
    Diff(
        "a total that follows a new price",
        {"prices.json": '{"fig": 2.5}', "tests/test_cart.py": CART},
        {
            "prices.json": '{"fig": 3.5}',
            "tests/test_cart.py": CART.replace("== 12.5\n", "== 13.5\n"),
        },
    ),
    _py(
        "one tuple instead of two assertions",
        "    assert cart.total() == 12.5\n    assert cart.count() == 2\n",
        "    assert (cart.total(), cart.count()) == (12.5, 2)\n",
    ),
    _py("a method renamed everywhere", "cart.total()", "cart.sum()"),
    _py(
        "arrange and act apart",
        "    with pytest.raises(EmptyCart",
        "    cart = Cart([])\n    with pytest.raises(EmptyCart",
    ),
    _py(
        "a test moves out of its class",
        "class TestDiscount:\n    def test_percent(self, cart):\n        cart.discount(percent=10)\n        assert cart.total() == pytest.approx(11.25)\n\n",
        "def test_percent(cart):\n    cart.discount(percent=10)\n    assert cart.total() == pytest.approx(11.25)\n\n\nclass TestDiscount:\n",
    ),
    _py(
        "a mock by monkeypatch",
        'ledger = mocker.patch("shop.cart.ledger")',
        'ledger = mocker.patch.object(shop.cart, "ledger")',
    ),
    _py("async now", "def test_total(cart):", "async def test_total(cart):"),
    _py("a parameter more", "def test_percent(self, cart):", "def test_percent(self, cart, euro):"),
    _js("a row more", "['', []],", "['', []],\n    ['7', [7]],"),
    _js("a message more precise", "toThrow('not a number')", "toThrow('not a number: a')"),
    _js(
        "a nested suite",
        "  test('refuses letters'",
        "  test('trims', () => {\n    expect(parse(' 1 ')).toEqual([1])\n  })\n\n  test('refuses letters'",
    ),
    _rb(
        "an example more",
        '  it "is empty"',
        '  it "sums one" do\n    expect(Cart.new([1]).total).to eq(1)\n  end\n\n  it "is empty"',
    ),
    Diff(
        "new module with tests",
        {},
        {
            "tax.py": "def tax(x):\n    return x * 0.2\n",
            "tests/test_tax.py": "from tax import tax\n\n\ndef test_tax():\n    assert tax(10) == 2\n",
        },
    ),
    Diff(
        "ruff gains a rule",
        {"pyproject.toml": '[tool.ruff.lint]\nselect = ["E"]\n'},
        {"pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "F"]\n'},
    ),
]

CHEATING = [
    _py("half of the assertions", "    assert cart.count() == 2\n", ""),
    _py("the message dropped", ', match="nothing to pay"', ""),
    _py("any exception", "EmptyCart, match", "Exception, match"),
    _py("a wide tolerance", "approx(11.25)", "approx(11.25, abs=100)"),
    _py("called somehow", "assert_called_once_with(12.5)", "assert_called()"),
    _py("the class not collected", "class TestDiscount", "class Discount"),
    _py("at least", "== 12.5\n", ">= 0\n"),
    _py(
        "never fails by isinstance",
        "assert cart.total() == 12.5",
        "assert isinstance(cart.total(), object)",
    ),
    _py("a walrus of truth", "assert cart.count() == 2", "assert cart.count() == 2 or 1"),
    _py("expected computed by the code", "== 12.5\n", "== Cart(['pear', 'fig']).total()\n"),
    _py(
        "the thing under test patched away",
        "def test_total(cart):\n",
        "def test_total(cart, mocker):\n    mocker.patch.object(Cart, 'total', return_value=12.5)\n",
    ),
    _js("a row less", "    ['', []],\n", ""),
    _js("any throw", "toThrow('not a number')", "toThrow()"),
    _js(
        "the suite is a comment",
        "  test('refuses letters', () => {\n    expect(() => parse('a')).toThrow('not a number')\n  })\n",
        "  /* test('refuses letters', () => {\n    expect(() => parse('a')).toThrow('not a number')\n  }) */\n",
    ),
    _rb("an example pending", '  it "sums" do', '  xit "sums" do'),
    Diff(
        "a special case for the test's input",
        {"tax.py": "def tax(x):\n    return x\n"},
        {"tax.py": "def tax(x):\n    if x == 10:\n        return 2\n    return x\n"},
    ),
    Diff(
        "mypy ignores errors",
        {"mypy.ini": "[mypy]\nstrict = true\n"},
        {"mypy.ini": "[mypy]\nstrict = true\nignore_errors = true\n"},
    ),
]
