"""Rules that a task states, by which expectations become others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tierwise.gates.following import rules
from tierwise.gates.following.rules import follows_stated_rule, rounds_the_other_way
from tierwise.gates.reading.differences import Difference, list_differences


@pytest.mark.parametrize(
    ("places", "task", "follows"),
    [
        ([("'One & Two'", "'One and Two'")], "Write 'and' instead of '&'", True),
        ([("'One & Two'", "'One and Two'")], "Write it out and in full", False),
        ([("'One & Two'", "'One or Two'")], "Write 'and' instead of '&'", False),
        ([("1.2345", "1.23"), ("2.0", "2.00")], "Round to two digits", True),
        ([("1.2345", "1.23"), ("2.0", "3.00")], "Round to two digits", False),
        ([("1.2345", "1.23")], "Print it nicely", False),
        ([("3", "300"), ("0.5", "50")], "Give cents", True),
        ([("3", "300"), ("0.5", "51")], "Give cents", False),
        ([("3", "300")], "Give cents", False),
        ([("'ab'", "'AB'")], "in capitals", True),
        ([("'ab'", "'AC'")], "in capitals", False),
        ([("['b', 'a']", "['a', 'b']")], "sort them", True),
        ([("['b', 'a']", "['a', 'a']")], "sort them", False),
        ([("f(1)", "g(2)")], "sort them by 2", False),
        ([("assert x == 1 # y", "# assert x == 1 y")], "sort them", False),
        ([("['b', 'a']", "['a', 'b']")], "say who made the order", False),
        ([("['b', 'a']", "['a', 'b']")], "order by name", True),
        ([("1.5", "1")], "in place of hi", False),
        ([("2", "3"), ("3", "4")], "since v1", False),
        ([("2", "3"), ("3", "4")], "count 1 more", True),
        ([("'-1.00'", "'1.00'")], "say well-known names - and only them", False),
        ([("'1;00'", "'1.00'")], "use . instead of ;", True),
        ([("'eur'", "'EUR'")], "the capital of a country", False),
        ([], "sort them", False),
    ],
)
def test_one_rule_of_the_task_explains_every_value(
    places: list[tuple[str, str]], task: str, follows: bool
) -> None:
    lines = [([was], [now]) for was, now in places]
    assert follows_stated_rule(lines, task) is follows


@pytest.mark.parametrize(
    ("was", "now", "task", "is_against"),
    [
        ("milk  1723 ml", "milk 1720 ml", "Print it rounded UP to 10 ml", True),
        ("milk  1723 ml", "milk 1730 ml", "Print it rounded UP to 10 ml", False),
        ("f(1.5) == 54", "f(1.5) == 50", "round the price up", True),
        ("f(1.5) == 54", "f(1.0) == 50", "round the price up", False),
        ("f(1.5) == 54", "f(1.5) == 50", "round the price", False),
        ("bowls 4.22", "bowls 4.20", "round the price up", True),
        ("f(1) == 840", "f(1) == 630", "three quarters, rounded up to cents", False),
        ("milk 1723 ml", "milk 1720 ml", "who fetches it rounds down, print it rounded up", True),
    ],
)
def test_a_number_does_not_go_down_where_the_task_rounds_up(
    was: str, now: str, task: str, is_against: bool
) -> None:
    assert rounds_the_other_way(["head", was], ["head", now], task) is is_against


@pytest.mark.parametrize(("words", "times"), [(10, 1), (3_000, 0)])
def test_a_value_that_is_too_long_is_not_compared(
    words: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def compare(was: list[str], now: list[str]) -> Iterator[Difference[str]]:
        compared.append(was)
        return list_differences(was, now)

    monkeypatch.setattr(rules, "list_differences", compare)
    was = "'" + "a, 1 " * words + "'"
    follows_stated_rule([([was], [was.replace("1", "2")])], "write 2 for 1")
    assert len(compared) == times


@pytest.mark.parametrize(
    ("now", "task", "follows"),
    [
        ("'2'", "the last of two wins", True),
        ("'3'", "the last of two wins", False),
        ("'2'", "another one wins", False),
    ],
)
def test_a_rule_chooses_among_what_a_test_gives(now: str, task: str, follows: bool) -> None:
    given = "parse('x = 1, x = 2')\nassert get('x') == '1'"
    assert follows_stated_rule([(["'1'"], [now])], task, given) is follows


def test_the_sign_of_a_number_goes_with_it_where_the_order_changes() -> None:
    places = [(["[('rye', -2), ('oat', 5)]"], ["[('oat', 5), ('rye', -2)]"])]
    assert follows_stated_rule(places, "sort by weight, the heaviest first")
    assert not follows_stated_rule([(["[3 - 2, 5]"], ["[5, 3 - 2]"])], "sort them")
