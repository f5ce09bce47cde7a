"""Markers that a merge leaves."""

from __future__ import annotations

import pytest
from tests.support.checks import find_lines

OURS, BASE, MIDDLE, THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7


def test_every_marker_of_a_conflict_is_named() -> None:
    text = f"a\n{OURS} HEAD\nb\n{BASE} base\nc\n{MIDDLE}\nd\n{THEIRS} topic\n"
    assert find_lines("conflict-markers", "a.txt", text) == [2, 4, 6, 8]


@pytest.mark.parametrize("left", [f"{OURS} HEAD\n", f"x\n{THEIRS} topic\n", f"{OURS}\r\n", THEIRS])
def test_one_marker_left_behind_is_enough(left: str) -> None:
    assert len(find_lines("conflict-markers", "a.txt", left)) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Heading\n{MIDDLE}\n",
        f"    {OURS} quoted in a test\n",
        f"{'<' * 8} a longer line\n",
        f"{OURS}no blank\n",
        f"{'=' * 20}\n{'>' * 30}\n",
    ],
)
def test_underlines_and_longer_rows_are_no_markers(text: str) -> None:
    assert find_lines("conflict-markers", "a.rst", text) == []
