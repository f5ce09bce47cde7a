"""What another policy would have done: against a truth that the simulation knows."""

from __future__ import annotations

import math
import random

import pytest

from tierwise.learning.backtest import (
    Backtest,
    backtest_outcomes,
    backtest_table,
)
from tierwise.learning.beta import Interval
from tierwise.learning.outcome_table import TableRow
from tierwise.learning.outcomes import Outcome
from tierwise.learning.signs import TELLING, Sign

RATES = {"light": 0.2, "mid": 0.08}
COSTS = {"light": 0.02, "mid": 0.10}
SHARE = 0.3


def present(kind: str, agent: str) -> str:
    return "mid"


def other(kind: str, agent: str) -> str:
    return "light" if kind == "docs" else "mid"


def record(number: int, tier: str, kind: str, failed: bool, propensity: float = 1.0) -> Outcome:
    outcome = Outcome(f"t{number}", f"s{number}", "", tier, kind, "", "", "", propensity=propensity)
    outcome.cost = COSTS[tier]
    outcome.signs.append(Sign("gate", failed, TELLING))
    if propensity < 1:
        outcome.other_tier = "light" if tier == "mid" else "mid"
        outcome.is_explored = tier == "light"
    return outcome


def explore(seed: int, tasks: int) -> list[Outcome]:
    """A history in which a share of the work on mid went to light by chance."""
    chance = random.Random(seed)
    history = []
    for number in range(tasks):
        down = chance.random() < SHARE
        tier = "light" if down else "mid"
        propensity = SHARE if down else 1 - SHARE
        failed = chance.random() < RATES[tier]
        history.append(record(number, tier, "docs", failed, propensity))
    return history


def only(found: list[Backtest]) -> Backtest:
    (one,) = found
    return one


@pytest.mark.slow
def test_with_trials_by_chance_the_estimate_and_its_interval_hold_the_truth() -> None:
    near = covered = 0
    for seed in range(40):
        failures = only(backtest_outcomes(explore(seed, 6000), present, other)).failures
        assert failures.basis == "measured"
        assert failures.mean is not None
        near += abs(failures.mean - RATES["light"]) <= 0.02
        covered += failures.interval.low <= RATES["light"] <= failures.interval.high
    assert near >= 36
    assert covered >= 37


def test_costs_are_those_of_the_other_tier() -> None:
    usd = only(backtest_outcomes(explore(1, 500), present, other)).usd
    assert usd.mean == pytest.approx(COSTS["light"])
    assert COSTS["light"] < usd.present < COSTS["mid"]


def test_where_both_policies_agree_the_rows_of_chance_do_not_count() -> None:
    usd = only(backtest_outcomes(explore(2, 500), present, present)).usd
    assert usd.mean == pytest.approx(COSTS["mid"])


def test_without_a_trial_there_are_bounds_and_no_mean() -> None:
    history = [record(number, "mid", "docs", failed=False) for number in range(50)]
    failures = only(backtest_outcomes(history, present, other)).failures
    assert (failures.basis, failures.mean, failures.supported) == ("bounds", None, 0.0)
    assert (failures.interval.low, failures.interval.high) == (0.0, 1.0)


def test_a_kind_that_changes_without_a_trial_keeps_the_total_from_being_measured() -> None:
    history = [record(number, "mid", "docs", failed=False) for number in range(50)]
    history += [record(100 + number, "mid", "tests", failed=False) for number in range(50)]
    found = {one.kind: one.failures for one in backtest_outcomes(history, present, other)}
    assert found["tests"].basis == "measured"
    assert found[""].basis == "bounds"
    # What was measured has its interval, too: 50 without a failure are no certainty.
    assert 0.5 < found[""].interval.high < 0.54


def test_a_table_of_outcomes_weighs_each_task_once_however_often_it_was_tried() -> None:
    rows = [TableRow("a", "light", "docs", True, 0.01) for _ in range(9)]
    rows += [TableRow("b", "light", "docs", False, 0.03), TableRow("b", "mid", "docs", True, 0.1)]
    one = only(backtest_table(rows, other))
    assert one.failures.mean == pytest.approx(0.5)
    assert one.usd.mean == pytest.approx(0.02)


def test_a_task_that_the_table_has_not_on_that_tier_is_bounded() -> None:
    rows = [TableRow("a", "light", "docs", True, None), TableRow("b", "mid", "docs", True, None)]
    one = only(backtest_table(rows, other))
    assert one.failures.supported == 0.5
    assert one.failures.basis == "bounds"
    assert one.usd.basis == "nothing"


def test_a_few_clean_trials_are_no_certainty() -> None:
    history = [record(number, "light", "docs", False, SHARE) for number in range(10)]
    history += [record(100 + number, "mid", "docs", False, 1 - SHARE) for number in range(20)]
    failures = only(backtest_outcomes(history, present, other)).failures
    assert failures.mean == pytest.approx(0.0)
    assert 0.2 < failures.interval.high < 0.35  # Wilson: 10 without a failure


@pytest.mark.parametrize("seed", range(20))
def test_a_share_of_failures_lies_between_none_and_all(seed: int) -> None:
    """Also where few rows with large weights correct the model beyond that."""
    chance = random.Random(seed)
    history = []
    for number in range(12):
        tier, propensity = chance.choice([("light", 0.02), ("light", 0.3), ("mid", 0.7)])
        outcome = record(number, tier, "docs", chance.random() < 0.5, propensity)
        outcome.scope = chance.choice(["single-file", "multi-file"])
        history.append(outcome)
    for one in backtest_outcomes(history, present, other):
        low, high = one.failures.interval.low, one.failures.interval.high
        assert 0 <= low <= high <= 1
        assert one.failures.mean is None or low <= one.failures.mean <= high


def test_where_chance_could_have_gone_there_and_did_not_there_are_bounds() -> None:
    history = [record(number, "mid", "docs", False, 1 - SHARE) for number in range(5)]
    failures = only(backtest_outcomes(history, present, other)).failures
    assert (failures.basis, failures.supported) == ("bounds", 0.0)
    assert failures.interval == Interval(0.0, 1.0)


def test_what_a_task_would_have_cost_is_bounded_by_its_own_tokens() -> None:
    history = [record(number, "mid", "docs", failed=False) for number in range(50)]
    (one,) = backtest_outcomes(history, present, other, lambda outcome, tier: Interval(0.02, 0.03))
    assert (one.usd.basis, one.usd.mean) == ("bounds", None)
    assert (one.usd.interval.low, one.usd.interval.high) == pytest.approx((0.02, 0.03))


def test_a_cost_that_nobody_can_tell_is_bounded_by_nothing() -> None:
    history = [record(number, "mid", "docs", failed=False) for number in range(50)]
    assert only(backtest_outcomes(history, present, other)).usd.interval == Interval(0.0, math.inf)


def test_parts_of_the_work_that_chance_filled_unevenly_are_set_right() -> None:
    """What a doubly robust estimate is for: hard tasks happened to fall on the lower tier."""
    history = []
    for number in range(400):
        is_hard = number % 2 == 0
        goes_down = is_hard if number // 2 % 4 else not is_hard
        tier, propensity = ("light", SHARE) if goes_down else ("mid", 1 - SHARE)
        outcome = record(number, tier, "docs", is_hard, propensity)
        outcome.scope = "multi-file" if is_hard else "single-file"
        history.append(outcome)
    failures = only(backtest_outcomes(history, present, other)).failures
    assert failures.mean is not None
    taken = [outcome for outcome in history if outcome.tier == "light"]
    plain = sum(outcome.verdict == "failure" for outcome in taken) / len(taken)
    assert plain > 0.6
    assert failures.mean == pytest.approx(0.5, abs=0.06)
