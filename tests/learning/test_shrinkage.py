"""Small groups are pulled towards the tier's rate, large ones keep their own."""

from __future__ import annotations

import random

import pytest

from tierwise.learning.evidence import Count
from tierwise.learning.shrinkage import (
    Prior,
    Rate,
    estimate_rate,
    find_failure_excess,
    find_strength,
    fit_prior,
)


def shrink_rates(groups: dict[str, Count], prior_mean: float) -> dict[str, Rate]:
    prior = fit_prior(groups, prior_mean)
    return {name: estimate_rate(count, prior) for name, count in groups.items()}


def test_a_small_group_is_pulled_further_than_a_large_one() -> None:
    groups = {"few": Count(2, 4), "many": Count(200, 400), "usual": Count(40, 400)}
    rates = shrink_rates(groups, prior_mean=0.9)
    assert abs(rates["many"].mean - 0.5) < abs(rates["few"].mean - 0.5)
    assert rates["usual"].mean == pytest.approx(0.9, abs=0.01)


def test_without_data_the_preset_s_rate_stands() -> None:
    rate = shrink_rates({"new": Count(0, 0)}, prior_mean=0.8)["new"]
    assert rate.mean == pytest.approx(0.8)
    assert rate.interval.low < 0.5


@pytest.mark.slow
def test_the_interval_is_the_posterior_s() -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    rate = estimate_rate(Count(3, 10), Prior(mean=0.75, strength=8))
    expected = scipy_stats.beta(6 + 7, 2 + 3).interval(0.95)
    assert (rate.interval.low, rate.interval.high) == pytest.approx(expected, abs=1e-9)


def test_groups_that_differ_get_a_weak_prior_and_equal_ones_a_strong_one() -> None:
    chance = random.Random(5)
    different = [Count(chance.choice([1, 30]), 60) for _ in range(20)]
    equal = [Count(sum(chance.random() < 0.25 for _ in range(60)), 60) for _ in range(20)]
    assert find_strength(different, 0.75) < 10 < find_strength(equal, 0.75)


@pytest.mark.parametrize(
    ("cheaper", "dearer", "low", "high"),
    [(Count(0, 50), Count(0, 50), 0.0, 0.1), (Count(25, 50), Count(0, 50), 0.99, 1.0)],
)
def test_the_probability_of_an_excess(
    cheaper: Count, dearer: Count, low: float, high: float
) -> None:
    assert low <= find_failure_excess(cheaper, dearer, 0.1) <= high
