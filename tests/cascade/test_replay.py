"""Replayed ladders give the break-even figures of the measurements that the rule comes from."""

from __future__ import annotations

import pytest
from bench.ladders import PAIRS, TODAY, Outcome, Pair, as_rows, make_table, saving

from tierwise.cascade.ladder import plan_ladder, read_experience


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_replayed_ladder_saves_what_was_measured(pair: Pair) -> None:
    tiers = [str(number) for number in range(len(pair.ratios))]
    assert saving(make_table(pair), tiers) == pytest.approx(pair.measured, abs=0.02)


@pytest.mark.parametrize("pair", [pair for pair in TODAY if len(pair.ratios) == 2])
def test_the_page_s_figures_of_today_s_models_are_those_of_the_calculator(pair: Pair) -> None:
    ratio, fails = pair.ratios[0], pair.fails[0]
    table = make_table(pair)
    perfect = saving(table, ["0", "1"])
    assert perfect == pytest.approx(1 - ratio - fails * 1.3, abs=0.02)
    page = {0.35: 0.054, 0.19: 0.075}
    lost = perfect - saving(table, ["0", "1"], specificity=0.9)
    assert lost == pytest.approx(page[fails], abs=0.01)


@pytest.mark.slow
def test_the_rule_keeps_two_tiers_where_the_third_does_not_pay() -> None:
    three = next(pair for pair in PAIRS if len(pair.ratios) == 3)
    table = make_table(three)
    ladder = plan_ladder(
        ["0", "1", "2"], read_experience(as_rows(table, ["0", "1", "2"])), needed=20
    )
    assert ladder.tiers == ("0", "2")
    assert saving(table, ladder.tiers) > 0 > saving(table, ["0", "1", "2"])


@pytest.mark.slow
def test_the_rule_keeps_a_middle_tier_that_pays_for_what_comes_to_it() -> None:
    three = next(pair for pair in TODAY if len(pair.ratios) == 3)
    table = make_table(three)
    tiers = ["0", "1", "2"]
    ladder = plan_ladder(tiers, read_experience(as_rows(table, tiers)), needed=20)
    assert saving(table, tiers) > saving(table, ["0", "2"])
    assert ladder.tiers == ("0", "1", "2")


def test_a_cheap_tier_over_its_break_even_is_left_out() -> None:
    table = [{"0": Outcome(number % 2 == 0, 0.6), "1": Outcome(True, 1.0)} for number in range(100)]
    ladder = plan_ladder(["0", "1"], read_experience(as_rows(table, ["0", "1"])), needed=20)
    assert ladder.tiers == ("1",)
    assert saving(table, ["0", "1"]) < 0
