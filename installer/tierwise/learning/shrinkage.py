"""Success rates of many small groups: each is pulled towards its tier's as far as its data are few.

Beta-binomial with an empirical strength: the prior's mean is the preset's or the tier's own rate,
its strength the one under which the counts of all groups of the tier are likeliest (Efron and
Morris, 1975; here by a search over a grid).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.learning.beta import Interval, beta_quantile, log_beta
from tierwise.learning.evidence import Count

PRIOR_TASKS = 4.0
"""What the preset's prior counts for, in tasks, until there are data."""

_STRENGTHS = tuple(2.0 * 1.5**step for step in range(16))
_FEWEST_GROUPS = 3


@dataclass(frozen=True)
class Prior:
    """A Beta prior of a success rate: its mean, and what it counts for in tasks."""

    mean: float
    strength: float


@dataclass(frozen=True)
class Rate:
    """A success rate with the interval that holds it with 95 % posterior probability."""

    mean: float
    interval: Interval
    tasks: int


def fit_prior(groups: Mapping[str, Count], prior_mean: float) -> Prior:
    """Fit the prior that the groups of one tier share; without data it is the preset's own."""
    mean = _pool_mean(groups, prior_mean)
    return Prior(mean, find_strength(list(groups.values()), mean))


def estimate_rate(count: Count, mean: float, strength: float) -> Rate:
    """Estimate one success rate from a Beta prior with this mean and strength (in tasks)."""
    a = mean * strength + count.successes
    b = (1 - mean) * strength + count.failures
    interval = Interval(beta_quantile(0.025, a, b), beta_quantile(0.975, a, b))
    return Rate(a / (a + b), interval, count.tasks)


def find_strength(groups: Sequence[Count], mean: float) -> float:
    """Find the prior's strength under which the groups' counts are likeliest, in tasks."""
    told = [count for count in groups if count.tasks]
    if len(told) < _FEWEST_GROUPS:
        return PRIOR_TASKS
    return max(_STRENGTHS, key=lambda strength: _log_likelihood(told, mean, strength))


def _pool_mean(groups: Mapping[str, Count], prior_mean: float) -> float:
    successes = sum(count.successes for count in groups.values())
    tasks = sum(count.tasks for count in groups.values())
    return (prior_mean * PRIOR_TASKS + successes) / (PRIOR_TASKS + tasks)


def _log_likelihood(groups: Sequence[Count], mean: float, strength: float) -> float:
    a = mean * strength
    b = (1 - mean) * strength
    return math.fsum(
        log_beta(a + count.successes, b + count.failures) - log_beta(a, b) for count in groups
    )
