"""Estimates of a policy that was not in force."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tierwise.learning.offpolicy import (
    Estimate,
    LoggedRow,
    correct_models,
    estimate_robustly,
    has_support,
)

TRUE = {
    ("easy", "light"): 0.05,
    ("easy", "top"): 0.02,
    ("hard", "light"): 0.5,
    ("hard", "top"): 0.1,
}
SHARE_LIGHT = {"easy": 0.7, "hard": 0.8}


def log_history(seed: int, tasks: int = 2000) -> list[LoggedRow]:
    """Rows of a policy that goes light at random; the other policy is light for easy tasks only."""
    chance = random.Random(seed)
    rows = []
    for task in range(tasks):
        context = chance.choice(["easy", "hard"])
        light = chance.random() < SHARE_LIGHT[context]
        tier = "light" if light else "top"
        propensity = SHARE_LIGHT[context] if light else 1 - SHARE_LIGHT[context]
        failed = chance.random() < TRUE[context, tier]
        wanted = float(tier == choose_tier(context))
        other = choose_tier(context)
        rows.append(LoggedRow(str(task), context, tier, propensity, wanted, float(failed), other))
    return rows


def choose_tier(context: str) -> str:
    return "light" if context == "easy" else "top"


TRUTH = (TRUE["easy", "light"] + TRUE["hard", "top"]) / 2


def correct_with(rows: Sequence[LoggedRow], model: Callable[[str, str], float]) -> Estimate:
    return correct_models(rows, [model] * len(rows))


def weigh_inversely(rows: Sequence[LoggedRow]) -> Estimate:
    """By the weights alone: the model expects nothing."""
    return correct_with(rows, lambda context, tier: 0.0)


def correct_by_truth(rows: Sequence[LoggedRow]) -> Estimate:
    return correct_with(rows, lambda context, tier: TRUE[context, tier])


@pytest.mark.slow
@pytest.mark.parametrize("estimate", [weigh_inversely, correct_by_truth, estimate_robustly])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    estimate: Callable[[list[LoggedRow]], Estimate],
) -> None:
    covered = covered_share = 0
    for seed in range(200):
        found = estimate(log_history(seed, 1000))
        covered += found.interval.low <= TRUTH <= found.interval.high
        covered_share += found.share_interval.low <= TRUTH <= found.share_interval.high
    assert covered / 200 >= 0.91
    assert covered_share / 200 >= 0.93


def test_a_model_of_the_rows_makes_the_estimate_sharper() -> None:
    chance = random.Random(4)
    rows = []
    for task in range(5000):
        context = chance.choice(["easy", "hard"])
        is_light = chance.random() < 0.2
        tier, propensity = ("light", 0.2) if is_light else ("top", 0.8)
        failed = float(chance.random() < TRUE[context, tier])
        row = LoggedRow(str(task), context, tier, propensity, float(is_light), failed, "light")
        rows.append(row)
    assert estimate_robustly(rows).error < 0.95 * weigh_inversely(rows).error


@pytest.mark.slow
def test_the_score_interval_is_wilson_s_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rows = [LoggedRow(str(i), "", "top", 1.0, 1.0, float(i < 3)) for i in range(40)]
    found = weigh_inversely(rows).share_interval
    expected = stats.binomtest(3, 40).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.003)


@pytest.mark.slow
def test_the_plain_mean_of_the_rows_would_be_wrong() -> None:
    rows = log_history(1, 20_000)
    taken = [row.value for row in rows if row.wanted]
    plain = sum(taken) / len(taken)
    assert abs(weigh_inversely(rows).mean - TRUTH) < 0.01 < abs(plain - TRUTH)


def test_a_wrong_model_does_no_harm_where_propensities_are_right() -> None:
    rows = log_history(2, 20_000)
    estimate = correct_with(rows, lambda context, tier: 0.9)
    assert estimate.mean == pytest.approx(TRUTH, abs=0.02)


def test_repeats_of_one_task_tell_no_more_than_the_task() -> None:
    once = log_history(3, 200)
    repeated = [row for row in once for _ in range(10)]
    apart = [replace(row, cluster=str(index)) for index, row in enumerate(repeated)]
    assert width(repeated) == pytest.approx(width(once))
    assert width(apart) < 0.4 * width(once)


def width(rows: list[LoggedRow]) -> float:
    interval = weigh_inversely(rows).interval
    return interval.high - interval.low


def test_where_the_other_tier_was_never_taken_nothing_is_told() -> None:
    rows = [LoggedRow(str(i), "easy", "top", 1.0, 0.0, 0.0) for i in range(10)]
    assert math.isnan(weigh_inversely(rows).mean)
    assert not has_support(rows)
