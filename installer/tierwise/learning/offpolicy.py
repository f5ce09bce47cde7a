"""What another policy would have cost and missed, from what was recorded under the present one.

Inverse propensity weighting (Horvitz and Thompson, 1952), its self-normalised form (Hajek, 1971)
and the doubly robust estimate (Dudik, Langford and Li, 2011), cross-fitted (Chernozhukov et al., 2018).
Where the recorded policy would never have taken the other tier, no weighting helps: the bounds of
Manski (1990) say what is left.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from zlib import crc32

from tierwise.learning.beta import Interval

SMALLEST_PROPENSITY = 0.01
"""Rows below are no support: their weight would outshout a hundred others."""

PRIOR_ROWS = 10.0
"""What a tier's mean over all parts of the work counts for in the mean of one part, in rows."""

_CONFIDENCE = 0.95
_FEWEST_CLUSTERS = 2
_FOLDS = 5
_MOST_GAIN = 2.0
"""By how much a model can make rows tell more than their weights say, at the most."""


@dataclass(frozen=True)
class LoggedRow:
    """One decision with its outcome.

    ``cluster``: rows that stand or fall together (one task, one session).
    ``context``: the part of the work that it belongs to.
    ``propensity``: the probability with which ``tier`` was taken.
    ``wanted``: the probability with which the other policy takes ``tier``; 0 or 1 without chance.
    ``value``: what is averaged, such as 1 for a failure or dollars.
    ``other``: the tier that the other policy takes.
    """

    cluster: str
    context: str
    tier: str
    propensity: float
    wanted: float
    value: float
    other: str = ""


@dataclass(frozen=True)
class Estimate:
    """A mean per task under the other policy, with its interval and how much of it is measured."""

    mean: float
    error: float
    """The standard error, from the spread between clusters; infinite with fewer than two."""

    supported: float
    """The share of tasks for which the recorded policy took the other's tier with some chance."""

    effective_rows: float
    """How many equally weighted rows tell as much (Kish, 1965)."""

    rows: int
    clusters: int
    """Those with a row that counts."""

    @property
    def interval(self) -> Interval:
        """The normal interval of a mean."""
        half = QUANTILE * self.error
        return Interval(self.mean - half, self.mean + half)

    @property
    def share_interval(self) -> Interval:
        """The score interval of a share (Wilson, 1927): few rows without a failure are no certainty."""
        if math.isinf(self.error):
            return Interval(0.0, 1.0)
        share = min(max(self.mean, 0.0), 1.0)
        rows = self._find_rows_of_share(share)
        if not rows:
            return Interval(0.0, 1.0)
        square = QUANTILE**2 / rows
        middle = (share + square / 2) / (1 + square)
        spread = share * (1 - share) + square / 4
        half = math.sqrt(square * spread) / (1 + square)
        low = max(middle - half, 0.0)
        high = min(middle + half, 1.0)
        return Interval(low, high)

    def _find_rows_of_share(self, share: float) -> float:
        """Return how many independent rows would have this error."""
        spread = share * (1 - share)
        if not self.error or not spread:
            return min(self.effective_rows, self.clusters)
        told = spread / self.error**2
        most = _MOST_GAIN * self.effective_rows
        return min(told, most, self.rows)


QUANTILE = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
"""Standard errors on each side of a 95 % interval."""

Model = Callable[[str, str], float]
"""Expected value of (context, tier)."""


def estimate_robustly(rows: Sequence[LoggedRow]) -> Estimate:
    """Estimate doubly robustly with a model of the rows themselves; no row is judged by a model that saw it."""
    folds = [_find_fold(row) for row in rows]
    models = []
    for fold in range(_FOLDS):
        others = [row for row, own in zip(rows, folds, strict=True) if own != fold]
        models.append(fit_model(others))
    of_rows = [models[fold] for fold in folds]
    return correct_models(rows, of_rows)


def _find_fold(row: LoggedRow) -> int:
    """Return the fold of a row: those of one cluster are never on both sides."""
    name = row.cluster.encode("utf-8", "replace")
    return crc32(name) % _FOLDS


def fit_model(rows: Iterable[LoggedRow]) -> Model:
    """Fit the mean of each part of the work on each tier, pulled towards the tier's mean over all parts."""
    parts: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    tiers: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        parts[row.context, row.tier].append(row.value)
        tiers[row.tier].append(row.value)
    means = {tier: fmean(values) for tier, values in tiers.items()}
    fitted = {}
    for part, values in parts.items():
        _, tier = part
        total = math.fsum(values) + PRIOR_ROWS * means[tier]
        weight = len(values) + PRIOR_ROWS
        fitted[part] = total / weight

    def expect(context: str, tier: str) -> float:
        mean = means.get(tier, 0.0)
        return fitted.get((context, tier), mean)

    return expect


def has_support(rows: Iterable[LoggedRow]) -> bool:
    """Return whether any row tells of the other policy."""
    return any(map(_find_weight, rows))


def sum_errors(rows: Sequence[tuple[str, float]]) -> float:
    """Return the standard error of a sum of parts of (cluster, part); infinite with fewer than two clusters."""
    sums: defaultdict[str, float] = defaultdict(float)
    for cluster, part in rows:
        sums[cluster] += part
    clusters = len(sums)
    if clusters < _FEWEST_CLUSTERS:
        return math.inf
    squares = [value * value for value in sums.values()]
    spread = math.fsum(squares)
    return math.sqrt(spread * clusters / (clusters - 1))


def correct_models(
    rows: Sequence[LoggedRow],
    models: Sequence[Model],
) -> Estimate:
    """Estimate doubly robustly, each row with its own model: right where either that or the propensities are.

    It averages what each row's model expects, and the weighted part that the model missed.
    """
    weights = [_find_weight(row) for row in rows]
    total = math.fsum(weights)
    count = len(rows)
    if not total:
        return Estimate(
            mean=math.nan,
            error=math.inf,
            supported=0.0,
            effective_rows=0.0,
            rows=count,
            clusters=0,
        )
    expected = []
    missed = []
    for row, model in zip(rows, models, strict=True):
        taken = row.other or row.tier
        expected.append(model(row.context, taken))
        missed.append(row.value - model(row.context, row.tier))
    base = math.fsum(expected) / count
    weighted = map(operator.mul, weights, missed)
    correction = math.fsum(weighted) / total
    influence = []
    for row, weight, there, miss in zip(rows, weights, expected, missed, strict=True):
        corrected = weight * (miss - correction) * count / total
        part = there - base + corrected
        influence.append((row.cluster, part / count))
    squares = math.fsum(weight * weight for weight in weights)
    telling = {row.cluster for row in rows if _find_weight(row)}
    return Estimate(
        mean=base + correction,
        error=sum_errors(influence),
        supported=min(1.0, total / count),
        effective_rows=total * total / squares,
        rows=count,
        clusters=len(telling),
    )


def _find_weight(row: LoggedRow) -> float:
    if row.propensity < SMALLEST_PROPENSITY:
        return 0.0
    return row.wanted / row.propensity
