"""Where two versions differ."""

from __future__ import annotations

from tierwise.gates.differences import Difference, list_differences


def test_what_went_came_and_was_replaced_is_told_by_its_place() -> None:
    found = list(list_differences("abcd", "xbde"))
    assert found == [
        Difference("a", "x", 0),
        Difference("c", "", 2),
        Difference("", "e", 3),
    ]
    assert [difference.places for difference in found] == [range(1), range(2, 2), range(3, 4)]


def test_equal_lines_differ_nowhere() -> None:
    assert not list(list_differences(["a", "b"], ["a", "b"]))
