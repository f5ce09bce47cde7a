"""Blanks at the end of a line."""

from __future__ import annotations

from tests.support.checks import find_lines


def test_blanks_at_the_end_of_a_line_are_named() -> None:
    assert find_lines("trailing-whitespace", "a.py", "a\nb \nc\t\r\n  \nd  ") == [2, 3, 4, 5]


def test_markdowns_line_break_is_no_blank() -> None:
    assert find_lines("trailing-whitespace", "a.md", "text  \nthree   \n  \n") == [2, 3]
