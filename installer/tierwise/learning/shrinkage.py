"""Success rates of many small groups: each is pulled towards its tier's as far as its data are few.

Beta-binomial with an empirical strength: the prior's mean is the preset's or the tier's own rate,
its strength the one under which the counts of all groups of the tier are likeliest (Efron and
Morris, 1975; here by a search over a grid).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.learning.beta import (
    Interval,
    beta_cdf,
    beta_quantile,
    log_beta,
)
from tierwise.learning.evidence import Count

PRESET_SUCCESS = 0.9
"""The success rate that a preset expects of a tier for the work that it sends there."""

PRIOR_TASKS = 4.0
"""What the preset's prior counts for, in tasks, until there are data."""

_STRENGTHS = tuple(2.0 * 1.5**step for step in range(16))
_FEWEST_GROUPS = 3
_TAIL = 0.025
"""The posterior probability on each side of an interval."""

_GRID = 200


@dataclass(frozen=True)
class Prior:
    """A Beta prior of a success rate: its mean, and what it counts for in tasks."""

    mean: float
    strength: float

    @property
    def successes(self) -> float:
        """The tasks that it counts as succeeded."""
        return self.mean * self.strength

    @property
    def failures(self) -> float:
        """The tasks that it counts as failed."""
        return (1 - self.mean) * self.strength


NO_PRIOR = Prior(PRESET_SUCCESS, PRIOR_TASKS)
"""What a tier is taken for before there are any outcomes on it."""


@dataclass(frozen=True)
class Rate:
    """A success rate with the interval that holds it with 95 % posterior probability."""

    mean: float
    interval: Interval
    tasks: int


def fit_prior(
    groups: Mapping[str, Count],
    prior_mean: float,
) -> Prior:
    """Fit the prior that the groups of one tier share; without data it is the preset's own."""
    mean = _pool_mean(groups, prior_mean)
    return Prior(
        mean,
        find_strength(list(groups.values()), mean),
    )


def estimate_rate(count: Count, prior: Prior) -> Rate:
    """Estimate one success rate from what was to be expected of it."""
    a = prior.successes + count.successes
    b = prior.failures + count.failures
    low = beta_quantile(_TAIL, a, b)
    high = beta_quantile(1 - _TAIL, a, b)
    return Rate(
        mean=a / (a + b),
        interval=Interval(low, high),
        tasks=count.tasks,
    )


def find_strength(
    groups: Sequence[Count],
    mean: float,
) -> float:
    """Find the prior's strength under which the groups' counts are likeliest, in tasks."""
    told = [count for count in groups if count.tasks]
    if len(told) < _FEWEST_GROUPS:
        return PRIOR_TASKS

    def weigh(strength: float) -> float:
        return _log_likelihood(told, Prior(mean, strength))

    return max(_STRENGTHS, key=weigh)


def _pool_mean(
    groups: Mapping[str, Count],
    prior_mean: float,
) -> float:
    successes = prior_mean * PRIOR_TASKS
    tasks = PRIOR_TASKS
    for count in groups.values():
        successes += count.successes
        tasks += count.tasks
    return successes / tasks


def _log_likelihood(
    groups: Sequence[Count],
    prior: Prior,
) -> float:
    a = prior.successes
    b = prior.failures
    base = log_beta(a, b)
    parts = []
    for count in groups:
        known = log_beta(
            a + count.successes,
            b + count.failures,
        )
        parts.append(known - base)
    return math.fsum(parts)


def find_failure_excess(
    cheaper: Count,
    above: Count,
    limit: float,
    cheaper_prior: Prior = NO_PRIOR,
    above_prior: Prior = NO_PRIOR,
) -> float:
    """Return the probability that the cheaper tier adds more than ``limit`` failures a task.

    Beta posteriors of both rates, integrated on a grid of the upper tier's one.
    """
    total = 0.0
    a, b = _find_posterior(above, above_prior)
    below = 0.0
    for step in range(1, _GRID + 1):
        upper = beta_cdf(step / _GRID, a, b)
        middle = (step - 0.5) / _GRID
        chance = find_failure_chance(
            cheaper,
            middle + limit,
            cheaper_prior,
        )
        total += (upper - below) * chance
        below = upper
    return total


def find_failure_chance(
    count: Count,
    rate: float,
    prior: Prior = NO_PRIOR,
) -> float:
    """Return the probability that a tier fails more often than ``rate``."""
    a, b = _find_posterior(count, prior)
    return 1 - beta_cdf(min(rate, 1.0), a, b)


def _find_posterior(
    count: Count,
    prior: Prior,
) -> tuple[float, float]:
    """Return the parameters of the failure rate's Beta posterior."""
    failures = prior.failures + count.failures
    successes = prior.successes + count.successes
    return failures, successes
