"""Replayed ladders give the break-even figures of the measurements that the rule comes from."""

from __future__ import annotations

import pytest
from bench.ladders import PAIRS, Outcome, Pair, as_rows, make_table, saving

from tierwise.cascade.ladder import plan_ladder, read_experience


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_replayed_ladder_saves_what_was_measured(pair: Pair) -> None:
    tiers = [str(number) for number in range(len(pair.ratios))]
    assert saving(make_table(pair), tiers) == pytest.approx(pair.measured, abs=0.02)


@pytest.mark.slow
def test_the_rule_keeps_two_tiers_where_the_third_does_not_pay() -> None:
    three = next(pair for pair in PAIRS if len(pair.ratios) == 3)
    table = make_table(three)
    ladder = plan_ladder(
        ["0", "1", "2"], read_experience(as_rows(table, ["0", "1", "2"])), needed=20
    )
    assert ladder.tiers == ("0", "2")
    assert saving(table, ladder.tiers) > 0 > saving(table, ["0", "1", "2"])


def test_a_cheap_tier_over_its_break_even_is_left_out() -> None:
    table = [{"0": Outcome(number % 2 == 0, 0.6), "1": Outcome(True, 1.0)} for number in range(100)]
    ladder = plan_ladder(["0", "1"], read_experience(as_rows(table, ["0", "1"])), needed=20)
    assert ladder.tiers == ("1",)
    assert saving(table, ["0", "1"]) < 0
