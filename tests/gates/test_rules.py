"""Rules that a task states, by which expectations become others."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_as_were.rules import follows_stated_rule


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
        ([], "sort them", False),
    ],
)
def test_one_rule_of_the_task_explains_every_value(
    places: list[tuple[str, str]], task: str, follows: bool
) -> None:
    lines = [([was], [now]) for was, now in places]
    assert follows_stated_rule(lines, task) is follows
