"""Lines that come into a test, and stand for no old ones."""

from __future__ import annotations

import pytest

from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.insertions import (
    add_constants,
    find_constants,
    follow_insertion,
    list_stated_data,
)
from tierwise.gates.following.messages import OtherTexts
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange

CODE = b"def total():\n    return 1\n"
CHANGES = [TreeChange("shop.py", CODE, CODE.replace(b"1", b"10"))]
PRODUCT = read_product(CHANGES, "total() should count in tenths")


@pytest.mark.parametrize(
    ("line", "at_once", "as_asked"),
    [
        ("from shop import total", True, True),
        ('import { total } from "./tests/helper"', False, True),
        ("import pytest", False, True),
        ("from math import ceil as length", False, False),
        ("    assert total() == 10", False, True),
        ("    assert other() == 10", False, False),
        ("    total = lambda: 10", False, False),
    ],
)
def test_new_lines_of_code(line: str, at_once: bool, as_asked: bool) -> None:
    hunk = Hunk([], [line], ["def test_total():"])
    texts = OtherTexts(PRODUCT, ["assert length(total()) == 1"], [line])
    assert follow_insertion(hunk, PRODUCT, None) == ([line] if at_once else [])
    assert follow_insertion(hunk, PRODUCT, texts) == ([line] if as_asked else [])


def test_new_lines_of_data_hold_what_the_task_states() -> None:
    hunk = Hunk([], ["tenths 10\n", "hundredths 100\n"], [])
    product = read_product(CHANGES, "the table has tenths now, 10 each")
    assert list_stated_data(hunk, product) == ["tenths 10\n"]


def test_constants_give_a_new_name_to_values_alone() -> None:
    before = ["assert one == date(1)\n"]
    after = [
        "const SOLD = { day: 3 };\n",
        "one = 2\n",
        "LIST = make()\n",
        "DAY = date(2)\n",
        "    INNER = 4\n",
    ]
    constants = find_constants(before, after)
    assert constants == {"SOLD": after[0], "DAY": after[3]}
    assert add_constants(["check(SOLD)\n"], constants) == ["check(SOLD)\n", after[0]]
    assert add_constants(["check(1)\n"], constants) == ["check(1)\n"]
