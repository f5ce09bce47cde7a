"""Tests that give the same in another notation, and those that are only called otherwise."""

from __future__ import annotations

import pytest

from tierwise.gates.following.notation import are_same_words
from tierwise.gates.following.product import read_product
from tierwise.gates.reading.titles import is_other_title
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        (r'write("[a]\nname=A\nclosed=12-25\n")', "write('a = {name = \"A\", closed = [\"12-25\"]}')", True),
        (r'write("[a]\nname=A\n")', "write('a = {name = \"B\"}')", False),
        ("assert x == 1", "assert x != 1", False),
        ("assert x > 1", "assert x < 1", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_the_same_words_in_another_notation(was: str, now: str, same: bool) -> None:
    assert are_same_words([was], [now]) is same


def test_a_file_of_another_format_has_moved() -> None:
    changes = [
        TreeChange("a.ini", b"[a]\nx=1\n", None),
        TreeChange("a.toml", None, b"[a]\nx = 1\n"),
    ]
    product = read_product(changes, "ini -> toml")
    assert product.follow_paths("load('a.ini')") == "load('a.toml')"
    others = [TreeChange("a.py", b"x = 1\n", None), TreeChange("a.txt", None, b"x\n")]
    assert not read_product(others, "").moves


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("def test_first(x):\n", "def test_last(x):\n", True),
        ("static void test_first(void)\n", "static void test_last(void)\n", True),
        ("    fn rejects() {\n", "    fn refuses() {\n", True),
        ("test('the first', () => {\n", "test('the last', () => {\n", True),
        ("test('the first', () => {\n", "test.skip('the first', () => {\n", False),
        ("def test_first(x):\n", "def check_first(x):\n", False),
        ("def test_first(x):\n", "def test_first(y):\n", False),
        ("is x, 'first', 'title';\n", "is x, 'last', 'title';\n", False),
    ],
)
def test_lines_that_differ_in_the_name_of_a_test(old: str, new: str, other: bool) -> None:
    assert is_other_title(old, new) is other
