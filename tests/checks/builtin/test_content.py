"""Conflict markers and blanks, line by line."""

from __future__ import annotations

import pytest
from tests.support.hooked import check_text

OURS, BASE, MIDDLE, THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7


def lines(name: str, path: str, text: str) -> list[int]:
    return [finding.line for finding in check_text(name, path, text)]


def test_every_marker_of_a_conflict_is_named() -> None:
    text = f"a\n{OURS} HEAD\nb\n{BASE} base\nc\n{MIDDLE}\nd\n{THEIRS} topic\n"
    assert lines("conflict-markers", "a.txt", text) == [2, 4, 6, 8]


@pytest.mark.parametrize("left", [f"{OURS} HEAD\n", f"x\n{THEIRS} topic\n", f"{OURS}\r\n", THEIRS])
def test_one_marker_left_behind_is_enough(left: str) -> None:
    assert len(lines("conflict-markers", "a.txt", left)) == 1


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
    assert lines("conflict-markers", "a.rst", text) == []


def test_blanks_at_the_end_of_a_line_are_named() -> None:
    assert lines("trailing-whitespace", "a.py", "a\nb \nc\t\r\n  \nd  ") == [2, 3, 4, 5]


def test_markdowns_line_break_is_no_blank() -> None:
    assert lines("trailing-whitespace", "a.md", "text  \nthree   \n  \n") == [2, 3]


@pytest.mark.parametrize(
    ("text", "faults"), [("a\n", 0), ("", 0), ("a", 1), ("a\n\n", 1), ("a\r\n\r\n", 1), ("\n", 0)]
)
def test_a_file_ends_with_one_newline(text: str, faults: int) -> None:
    assert len(lines("final-newline", "a.txt", text)) == faults
