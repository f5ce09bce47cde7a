"""Blocks by indentation: what stands around some lines, and below one."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_as_were.blocks import list_block, list_body

LINES = [
    "def a():\n",
    "    x = 1\n",
    "\n",
    "    if x:\n",
    "        y = 2\n",
    "z = 3\n",
    "w = 4\n",
    "\n",
    "v = 5\n",
]


@pytest.mark.parametrize(
    ("start", "end", "block"),
    [
        (1, 2, [*LINES[0:5], LINES[2]]),
        (4, 5, LINES[3:5]),
        (3, 4, [*LINES[0:5], LINES[4]]),
        (5, 6, LINES[3:7]),
        (8, 9, LINES[8:9]),
        (6, 6, LINES[3:7]),
    ],
    ids=["in a function", "in a branch", "opening", "a paragraph", "a line", "no line"],
)
def test_the_block_of_lines(start: int, end: int, block: list[str]) -> None:
    assert list_block(LINES, start, end) == block


def test_the_lines_below_one() -> None:
    assert list_body(LINES, 0) == LINES[1:5]
    assert list_body(LINES, 3) == LINES[4:5]
    assert list_body(LINES, 8) == []
