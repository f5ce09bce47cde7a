"""Texts that a product says no more, and that its tests expected."""

from __future__ import annotations

import pytest

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange

TASK = "'bad line' helps nobody, say `no date: soon` or `no fields`"
OLD = "def test_bad():\n    assert message('x;soon') == 'bad line'\n"


@pytest.mark.parametrize(
    ("said", "new", "follows"),
    [
        ("no date: soon", OLD.replace("bad line", "no date: soon"), True),
        ("no date: soon", "def test_date():\n    assert message('x;soon') == 'no date: soon'\n", True),
        ("no date: soon", OLD.replace("bad line", "no date: soon").replace("x;", ""), False),
        ("no date: soon", "def test_bad():\n    assert message('x;soon')\n", False),
        ("broken", OLD.replace("bad line", "broken"), False),
    ],
    ids=["the text", "in another test", "of another input", "of any text", "not as stated"],
)  # fmt: skip
def test_a_text_that_the_task_quotes_is_followed_by_one_that_it_states(
    said: str, new: str, follows: bool
) -> None:
    before = b"class Reader:\n    def go(self):\n        raise ValueError('bad line')\n"
    after = before.replace(b"bad line", said.encode())
    product = read_product([TreeChange("reader.py", before, after)], TASK)
    test = ChangedTest("test_reader.py", OLD.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows


@pytest.mark.parametrize(
    ("now", "follows"),
    [
        (
            "    with raises(Bad, match='line 4: no such column: colour'):\n        render('x')\n",
            True,
        ),
        ("    with raises(Bad, match='line 4'):\n        render('x')\n", False),
        ("    # 'line 4: no such column: colour'\n    render('x')\n", False),
        ("    raises('line 4: no such column: colour')\n    skip('later')\n", False),
    ],
)
def test_the_example_of_the_task_may_stand_for_an_old_expectation(now: str, follows: bool) -> None:
    code = b"class Page:\n    def go(self):\n        return ''\n"
    task = 'an unknown column must be an error, "line 4: no such column: colour"'
    product = read_product([TreeChange("page.py", code, code + b"x = 1\n")], task)
    old = "def test_page():\n    assert render('x') == ''\n"
    new = f"def test_page():\n{now}"
    test = ChangedTest("test_page.py", old.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows


SHOP = "def total(items):\n    return sum(items)\n\n\ndef tax(n):\n    return n // 5\n"
REFUSED = "    with raises(ValueError, match='no items in the list'):\n        {}\n"


@pytest.mark.parametrize(
    ("total_of", "tax", "follows"),
    [
        ("total([])", "    assert tax(10) == 2\n", True),
        ("total([1])", "    assert tax(10) == 2\n", False),
        ("total([])", REFUSED.format("tax(10)"), False),
    ],
    ids=["the same input", "another input", "twice"],
)
def test_the_example_of_the_task_stands_once_and_for_the_same_input(
    total_of: str, tax: str, follows: bool
) -> None:
    after = SHOP.replace("return sum(items)", "raise ValueError('no items in the list')")
    task = 'An empty list must be refused with ValueError, "no items in the list".'
    product = read_product([TreeChange("shop.py", SHOP.encode(), after.encode())], task)
    test_tax = "\n\ndef test_tax():\n"
    old = f"def test_total():\n    assert total([]) == 0\n{test_tax}    assert tax(10) == 2\n"
    new = f"def test_total():\n{REFUSED.format(total_of)}{test_tax}{tax}"
    test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product)
    given = [test.texts.give_example(hunk) for hunk in test.hunks if hunk.was != hunk.now]
    assert any(given) is follows


@pytest.mark.parametrize(("text", "follows"), [("too long", True), ("far too long", False)])
def test_a_panic_goes_where_an_error_says_the_same(text: str, follows: bool) -> None:
    before = b"pub fn days(n: u32) -> u32 {\n    assert!(n < 9);\n    n\n}\n"
    after = before.replace(b"-> u32 {", b"-> Result<u32, String> {")
    product = read_product(
        [TreeChange("src/plan.rs", before, after)], "days() returns Result, no panic"
    )
    old = '#[test]\n#[should_panic(expected = "too long")]\nfn long() {\n    days(10);\n}\n'
    new = f'#[test]\nfn long() {{\n    let error = days(10).unwrap_err();\n    assert_eq!(error, "{text}");\n}}\n'
    test = ChangedTest("tests/plan.rs", old.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows


@pytest.mark.parametrize(
    ("call", "follows"),
    [("fill('Hello {place}, today')", True), ("fill('Hello {town}')", False)],
    ids=["of the same word", "of another word"],
)
def test_the_example_may_have_an_input_with_the_word_that_its_text_names(
    call: str,
    follows: bool,
) -> None:
    code = "def fill(text):\n    return text\n"
    task = 'A word without a value has to be an error, "no value for place".'
    product = read_product([TreeChange("card.py", code.encode(), code.encode() + b"x = 1\n")], task)
    old = "def test_card():\n    assert fill('Hi {place}') == 'Hi '\n"
    new = f"def test_card():\n    with raises(ValueError, match='no value for place'):\n        {call}\n"
    test = ChangedTest("tests/test_card.py", old.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows
