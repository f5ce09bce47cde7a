"""What another tier's model makes of the same work, in tokens."""

from __future__ import annotations

from tierwise.domain import table
from tierwise.session.rules import read_rules
from tierwise.session.spans import find_span

RULES = read_rules(table.load_default())
TOP = "claude-opus-5-5"


def test_the_model_that_served_a_call_takes_the_same_tokens() -> None:
    assert find_span(TOP, "frontier", RULES) == (1, 1)


def test_a_cheaper_model_takes_more_and_the_cheapest_most() -> None:
    low, high = find_span(TOP, "mid", RULES)
    assert 1 <= low < high
    assert find_span(TOP, "light", RULES)[1] > high


def test_an_unknown_model_is_taken_for_one_of_the_top_tier() -> None:
    assert find_span("other-maker-1", "mid", RULES)[1] > 1
