"""What another policy would have cost and missed, from what was recorded under the present one.

Inverse propensity weighting (Horvitz and Thompson, 1952), its self-normalised form (Hajek, 1971)
and the doubly robust estimate (Dudik, Langford and Li, 2011).  Where the recorded policy would
never have taken the other tier, no weighting helps: the bounds of Manski (1990) say what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from tierwise.learning.beta import Interval

SMALLEST_PROPENSITY = 0.01
"""Rows below are no support: their weight would outshout a hundred others."""

_CONFIDENCE = 0.95
_FEWEST_ROWS = 2


@dataclass(frozen=True)
class LoggedRow:
    """One decision with its outcome.

    ``cluster``: rows that stand or fall together (one task, one session).
    ``propensity``: the probability with which ``tier`` was taken.
    ``wanted``: the probability with which the other policy takes ``tier``; 0 or 1 without chance.
    ``value``: what is averaged, such as 1 for a failure or dollars.
    """

    cluster: str
    context: str
    tier: str
    propensity: float
    wanted: float
    value: float


@dataclass(frozen=True)
class Estimate:
    """A mean per task under the other policy, with its interval and how much of it is measured."""

    mean: float
    interval: Interval
    supported: float
    """The share of tasks for which the recorded policy took the other's tier with some chance."""

    effective_rows: float
    """How many equally weighted rows tell as much (Kish, 1965)."""


Model = Callable[[str, str], float]
"""Expected value of (context, tier)."""


def weigh_inversely(rows: Sequence[LoggedRow]) -> Estimate:
    """Estimate by self-normalised inverse propensity weights."""
    weights = [_find_weight(row) for row in rows]
    total = math.fsum(weights)
    if not total:
        return _nothing_known()
    weighted = zip(weights, rows, strict=True)
    mean = math.fsum(weight * row.value for weight, row in weighted) / total
    scale = len(rows) / total
    influence = [
        scale * weight * (row.value - mean) for weight, row in zip(weights, rows, strict=True)
    ]
    return _describe_estimate(mean, influence, rows, weights)


def correct_model(
    rows: Sequence[LoggedRow], model: Model, choose: Callable[[LoggedRow], str]
) -> Estimate:
    """Estimate doubly robustly: right where either the model or the propensities are.

    ``choose`` names the tier that the other policy takes for the row's task.
    """
    if not rows:
        return _nothing_known()
    weights = [_find_weight(row) for row in rows]
    parts = []
    for weight, row in zip(weights, rows, strict=True):
        expected = model(row.context, choose(row))
        parts.append(expected + weight * (row.value - model(row.context, row.tier)))
    mean = math.fsum(parts) / len(parts)
    return _describe_estimate(mean, [part - mean for part in parts], rows, weights)


def bound_mean(rows: Sequence[LoggedRow], lowest: float, highest: float) -> Interval:
    """Bound the mean where nothing is known of the tasks that the other policy sends elsewhere.

    Each of those could have had any value between ``lowest`` and ``highest``.
    """
    if not rows:
        return Interval(lowest, highest)
    known = math.fsum(row.value for row in rows if row.wanted)
    unknown = sum(not row.wanted for row in rows)
    count = len(rows)
    return Interval((known + unknown * lowest) / count, (known + unknown * highest) / count)


def _find_weight(row: LoggedRow) -> float:
    if row.propensity < SMALLEST_PROPENSITY:
        return 0.0
    return row.wanted / row.propensity


def _describe_estimate(
    mean: float,
    influence: Sequence[float],
    rows: Sequence[LoggedRow],
    weights: Sequence[float],
) -> Estimate:
    squares = math.fsum(weight * weight for weight in weights)
    total = math.fsum(weights)
    effective = 0.0
    if squares:
        effective = total * total / squares
    half = _half_width(influence, rows)
    supported = min(1.0, total / len(rows))
    return Estimate(mean, Interval(mean - half, mean + half), supported, effective)


def _half_width(influence: Sequence[float], rows: Sequence[LoggedRow]) -> float:
    """Half the interval's width, from the spread between clusters."""
    sums: dict[str, float] = {}
    for part, row in zip(influence, rows, strict=True):
        sums[row.cluster] = sums.get(row.cluster, 0.0) + part
    clusters = len(sums)
    if clusters < _FEWEST_ROWS:
        return math.inf
    spread = math.fsum(value * value for value in sums.values())
    error = math.sqrt(spread * clusters / (clusters - 1)) / len(rows)
    return NormalDist().inv_cdf((1 + _CONFIDENCE) / 2) * error


def _nothing_known() -> Estimate:
    return Estimate(math.nan, Interval(-math.inf, math.inf), 0.0, 0.0)
