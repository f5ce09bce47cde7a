"""What another policy would have done: against a truth that the simulation knows."""

from __future__ import annotations

import io
import random

import pytest

from tierwise.errors import TierwiseError
from tierwise.learning.backtest import (
    Backtest,
    TableRow,
    backtest_outcomes,
    backtest_table,
    read_table,
)
from tierwise.learning.outcomes import TELLING, Outcome, Sign

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


def test_with_trials_by_chance_the_estimate_and_its_interval_hold_the_truth() -> None:
    near = covered = 0
    for seed in range(100):
        failures = only(backtest_outcomes(explore(seed, 6000), present, other)).failures
        assert failures.basis == "measured"
        assert failures.mean is not None
        near += abs(failures.mean - RATES["light"]) <= 0.02
        covered += failures.interval.low <= RATES["light"] <= failures.interval.high
    assert near >= 90
    assert covered >= 90


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
    assert found[""].interval.high == pytest.approx(0.5)


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


def test_a_table_may_name_models_and_leave_costs_out() -> None:
    text = "task,tier,passed,usd,kind\na,haiku,TRUE,0.02,docs\nb,mid,no,,docs\n"
    rows = read_table(io.StringIO(text), "t.csv", {"haiku": "light"})
    assert rows == [
        TableRow("a", "light", "docs", True, 0.02),
        TableRow("b", "mid", "docs", False, None),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task,tier,usd\n", "t.csv:1: the column passed is missing"),
        ("task,tier,passed,usd\na,light,perhaps,1\n", "t.csv:2: passed is 'perhaps'"),
        ("task,tier,passed,usd\na,light,1,cheap\n", "t.csv:2: usd is 'cheap'"),
        ("task,tier,passed,usd\na,light,1,-1\n", "t.csv:2: usd is '-1'"),
    ],
)
def test_a_bad_table_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(TierwiseError, match=message):
        read_table(io.StringIO(text), "t.csv", {})
