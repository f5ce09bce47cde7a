"""Where two versions differ."""

from __future__ import annotations

import random

import pytest
from tests.support.counting import count_calls

from tierwise.gates.reading.differences import Difference, list_differences, list_parts

LIKE = "def f{n}(a):\n    if a:\n        return {value}\n    return a\n\n\n"


def test_what_went_came_and_was_replaced_is_told_by_its_place() -> None:
    found = list(list_differences("abcd", "xbde"))
    assert found == [
        Difference("a", "x", 0),
        Difference("c", "", 2),
        Difference("", "e", 3),
    ]
    assert [difference.places for difference in found] == [range(1), range(2, 2), range(3, 4)]


def test_both_versions_are_told_part_by_part_the_same_parts_too() -> None:
    parts = [("a", "x"), ("b", "b"), ("c", ""), ("d", "d"), ("", "e"), ("f", "f")]
    assert list(list_parts("abcdf", "xbdef")) == parts
    assert list(list_parts("ab", "ab")) == [("ab", "ab")]
    assert not list(list_parts("", ""))


def test_equal_lines_differ_nowhere() -> None:
    assert not list(list_differences(["a", "b"], ["a", "b"]))


def write_like_functions(count: int, value: int) -> list[str]:
    return "".join(LIKE.format(n=n, value=value) for n in range(count)).splitlines()


def test_many_like_functions_are_compared_in_steps_that_grow_with_them() -> None:
    def compare(count: int) -> int:
        old, new = write_like_functions(count, 1), write_like_functions(count, 2)
        return count_calls(lambda: list(list_differences(old, new)))

    assert compare(400) <= 2.5 * compare(200)


def test_many_like_functions_differ_where_they_do() -> None:
    found = list(list_differences(write_like_functions(300, 1), write_like_functions(300, 2)))
    assert [difference.start for difference in found] == list(range(2, 1800, 6))
    assert {tuple(difference.now) for difference in found} == {("        return 2",)}


def test_like_lines_that_nothing_tells_apart_keep_their_head_and_tail() -> None:
    old, new = ["a", "b"] * 500, [*["a", "b"] * 250, "new", *["a", "b"] * 250]
    assert list(list_differences(old, new)) == [Difference([], ["new"], 500)]
    assert not list(list_differences(new, new))
    (found,) = list_differences(["x", *["a", "b"] * 250, "y"], ["z", *["a"] * 500, "z"])
    assert found.places == range(502)


@pytest.mark.parametrize("seed", range(20))
def test_the_old_version_with_its_differences_put_in_is_the_new_one(seed: int) -> None:
    chance = random.Random(seed)
    old = [chance.choice(["", "}", str(chance.randrange(400))]) for _ in range(800)]
    new = [line for line in old if chance.random() < 0.9]
    for _ in range(40):
        new.insert(chance.randrange(len(new)), chance.choice(old))
    read, rebuilt = 0, []
    for difference in list_differences(old, new):
        same = difference.start - len(rebuilt)
        rebuilt += [*old[read : read + same], *difference.now]
        read += same
        assert old[read : read + len(difference.was)] == difference.was
        read += len(difference.was)
    assert [*rebuilt, *old[read:]] == new
