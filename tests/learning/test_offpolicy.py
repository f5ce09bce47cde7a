"""Estimates of a policy that was not in force."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from tierwise.learning.offpolicy import LoggedRow, bound_mean, correct_model, weigh_inversely

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
        rows.append(LoggedRow(str(task), context, tier, propensity, wanted, float(failed)))
    return rows


def choose_tier(context: str) -> str:
    return "light" if context == "easy" else "top"


TRUTH = (TRUE["easy", "light"] + TRUE["hard", "top"]) / 2


@pytest.mark.parametrize("robust", [False, True])
def test_the_interval_holds_the_truth_as_often_as_it_says(robust: bool) -> None:
    covered = 0
    for seed in range(200):
        rows = log_history(seed, 1000)
        estimate = weigh_inversely(rows)
        if robust:
            estimate = correct_model(
                rows,
                lambda context, tier: TRUE[context, tier],
                lambda row: choose_tier(row.context),
            )
        covered += estimate.interval.low <= TRUTH <= estimate.interval.high
    assert covered / 200 >= 0.91


def test_the_plain_mean_of_the_rows_would_be_wrong() -> None:
    rows = log_history(1, 20_000)
    taken = [row.value for row in rows if row.wanted]
    plain = sum(taken) / len(taken)
    assert abs(weigh_inversely(rows).mean - TRUTH) < 0.01 < abs(plain - TRUTH)


def test_a_wrong_model_does_no_harm_where_propensities_are_right() -> None:
    rows = log_history(2, 20_000)
    estimate = correct_model(rows, lambda context, tier: 0.9, lambda row: choose_tier(row.context))
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


def test_where_the_other_tier_was_never_taken_only_bounds_are_left() -> None:
    rows = [LoggedRow(str(i), "easy", "top", 1.0, 0.0, 0.0) for i in range(10)]
    assert math.isnan(weigh_inversely(rows).mean)
    interval = bound_mean(rows, 0.0, 1.0)
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_bounds_narrow_with_what_is_known() -> None:
    rows = [LoggedRow(str(i), "easy", "top", 1.0, float(i < 8), 0.0) for i in range(10)]
    interval = bound_mean(rows, 0.0, 1.0)
    assert (interval.low, interval.high) == pytest.approx((0.0, 0.2))
