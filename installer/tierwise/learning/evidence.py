"""Evidence that stays valid however often one looks: e-values and confidence sequences.

An e-value is a non-negative number whose mean is at most 1 where the hypothesis holds, at any time
at which one cares to stop; so it passes 20 with a probability of at most 5 % (Ville, 1939).  The
mixtures here are those of Robbins (1970), over beta weights or a few bets (Waudby-Smith and Ramdas,
2024), and products of them.  Outcomes are taken as independent, with one rate for each side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tierwise.learning.beta import (
    Interval,
    find_crossing,
    log_beta,
)

MARGIN = 0.05
"""Added failures that a step down may cost."""

ALPHA = 0.05
"""The probability of a false certificate, over all looks together."""

_RARE_PRIOR = (0.5, 20.0)
"""Weights over an unknown rate: failures of work that is worth a step down are rare."""

_WIDE_PRIOR = (0.5, 0.5)
_PAIR_PRIOR = (0.5, 0.5, 10.0)
_SEARCH_STEPS = 60


@dataclass(frozen=True)
class Bet:
    """A part of the stake: that failures come at this share of the margin."""

    rate: float
    """0 for none at all."""

    weight: float


# Any weighted mean of e-values is an e-value; the weights of each list and its pair share add up to 1.
STEP_DOWN_BETS = (
    Bet(0.0, 0.9725),
    Bet(0.2, 0.0070),
    Bet(0.4, 0.0035),
)
"""Nearly all on no failure at all: so 59 clean tasks certify."""

_STEP_DOWN_PAIR_SHARE = 0.017

EXPERIMENT_BETS = (
    Bet(0.0, 0.85),
    Bet(0.1, 0.04),
    Bet(0.2, 0.06),
    Bet(0.3, 0.03),
    Bet(0.45, 0.01),
)
"""Planned for a failure now and then: a clean task more, far fewer others.  Tuned on the cases of ``bench/experiment.py``."""

_EXPERIMENT_PAIR_SHARE = 0.01


@dataclass(frozen=True)
class Count:
    """Judged outcomes on one tier."""

    failures: int
    tasks: int

    @property
    def successes(self) -> int:
        """Tasks that did not fail."""
        return self.tasks - self.failures


@dataclass(frozen=True)
class PairCounts:
    """Tasks that ran on both sides: failed on the cheaper one only, on the other only, the same on both."""

    added: int
    saved: int
    ties: int

    @property
    def tasks(self) -> int:
        """All of them."""
        return self.added + self.saved + self.ties


NO_PAIRS = PairCounts(0, 0, 0)


@dataclass(frozen=True)
class Certificate:
    """Whether a step down adds at most ``MARGIN`` failures, and how far the evidence is."""

    certified: bool
    e_value: float
    clean_tasks_missing: int
    """Further tasks without a failure that would certify it, 0 where it is certified."""


def certify_step_down(
    cheaper: Count,
    present: Count,
    margin: float = MARGIN,
) -> Certificate:
    """Test against "the cheaper tier adds ``margin`` failures or more to those of the present one".

    59 clean tasks on the cheaper tier suffice; where the present tier fails too, both sides count.
    """
    value = math.exp(log_step_down(cheaper, present, margin))
    if value >= 1 / ALPHA:
        return Certificate(True, value, 0)
    return Certificate(
        False,
        value,
        _count_missing(cheaper, present, margin),
    )


def log_step_down(
    cheaper: Count,
    present: Count,
    margin: float = MARGIN,
) -> float:
    """Return the log e-value against "the cheaper tier adds ``margin`` failures or more"."""
    difference = log_pair_difference(cheaper, present, margin)
    return _log_sum(
        [
            log_bets(cheaper, margin, STEP_DOWN_BETS),
            math.log(_STEP_DOWN_PAIR_SHARE) + difference,
        ]
    )


def log_added_evidence(
    added: int,
    tasks: int,
    drawn: PairCounts,
    margin: float,
) -> float:
    """Return the log e-value against "the cheaper side adds ``margin`` failures or more", from an experiment.

    ``added`` of ``tasks`` failed on the cheaper side only.  Their rate is at least the difference, so that evidence
    against it needs no second run where the cheaper side passed.  ``drawn``: the tasks for which it was settled
    beforehand that they run on both sides; there, failures that the other side had count too.
    """
    paired = log_paired_evidence(
        drawn.added,
        drawn.saved,
        drawn.ties,
        margin,
    )
    return _log_sum(
        [
            log_bets(Count(added, tasks), margin, EXPERIMENT_BETS),
            math.log(_EXPERIMENT_PAIR_SHARE) + paired,
        ]
    )


def log_bets(
    count: Count,
    margin: float,
    bets: Sequence[Bet],
) -> float:
    """Return the log e-value against "failures come at the rate ``margin`` or more".

    Each bet is a likelihood ratio of its rate to the margin.  With every failure it falls, so that its mean is at most
    1 not only at the margin, but at every rate above it.
    """
    at_margin = _log_likelihood(count, margin)
    parts = []
    for bet in bets:
        rate = bet.rate * margin
        there = _log_likelihood(count, rate)
        parts.append(math.log(bet.weight) + there - at_margin)
    return _log_sum(parts)


def confidence_sequence(
    successes: int,
    trials: int,
    alpha: float = ALPHA,
) -> Interval:
    """Return an interval for a rate that holds at all times together, not for one look only."""
    if not trials:
        return Interval(0.0, 1.0)
    failures = trials - successes
    mean = successes / trials
    limit = math.log(1 / alpha)

    def exceed(rate: float) -> float:
        return _log_mixture(successes, failures, rate, _WIDE_PRIOR) - limit

    low = 0.0
    high = 1.0
    if successes:
        low = find_crossing(
            lambda rate: -exceed(rate),
            0.0,
            mean,
        )
    if failures:
        high = find_crossing(exceed, mean, 1.0)
    return Interval(low, high)


def log_pair_difference(
    cheaper: Count,
    present: Count,
    margin: float,
) -> float:
    """Return the log e-value against "the failure rates differ by ``margin`` or more".

    For every pair of rates that the hypothesis allows, the product of the two mixtures is a
    martingale; the smallest of these products is therefore an e-value for the whole hypothesis.
    The logarithm is convex along the border, where the smallest lies.
    """

    def multiply(
        cheaper_rate: float,
        present_rate: float,
    ) -> float:
        cheaper_side = _mix_failures(
            cheaper,
            cheaper_rate,
            _RARE_PRIOR,
        )
        return cheaper_side + _mix_failures(present, present_rate, _WIDE_PRIOR)

    cheaper_rate = _find_rate(cheaper)
    present_rate = _find_rate(present)
    if cheaper_rate - present_rate < margin:
        return _find_minimum(
            lambda rate: multiply(rate + margin, rate),
            0.0,
            1 - margin,
        )
    # The likeliest rates are themselves allowed by the hypothesis: the smallest is theirs.
    return multiply(cheaper_rate, present_rate)


def _mix_failures(
    count: Count,
    rate: float,
    prior: tuple[float, float],
) -> float:
    """Return the log mixture of a side's failures over their likelihood at ``rate``."""
    return _log_mixture(
        count.failures,
        count.successes,
        rate,
        prior,
    )


def log_paired_evidence(
    added: int,
    saved: int,
    ties: int,
    margin: float = MARGIN,
) -> float:
    """Return the log e-value for paired runs against "added minus saved failures >= ``margin``".

    ``added``: failed only on the cheaper side; ``saved``: failed only on the other; ``ties``: the
    same on both.  The hypothesis allows every pair of rates (a, s) with a - s >= margin; the
    mixture is Dirichlet over (added, saved, tie).
    """
    total = added + saved + ties
    log_marginal = _log_dirichlet(
        (added, saved, ties),
        _PAIR_PRIOR,
    )

    def evidence(added_rate: float, saved_rate: float) -> float:
        tie_rate = max(1 - added_rate - saved_rate, 0.0)
        likelihood = _log_power(added_rate, added) + _log_power(saved_rate, saved)
        return log_marginal - likelihood - _log_power(tie_rate, ties)

    def evidence_at_margin(saved_rate: float) -> float:
        return evidence(saved_rate + margin, saved_rate)

    if total and added - saved >= margin * total:
        return evidence(added / total, saved / total)
    return _find_minimum(
        evidence_at_margin,
        0.0,
        (1 - margin) / 2,
    )


def _count_missing(
    cheaper: Count,
    present: Count,
    margin: float,
) -> int:
    low = 0
    high = 64
    goal = math.log(1 / ALPHA)

    def reaches(more: int) -> bool:
        later = Count(cheaper.failures, cheaper.tasks + more)
        return log_step_down(later, present, margin) >= goal

    while not reaches(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle
    return high


def _log_mixture(
    hits: int,
    misses: int,
    rate: float,
    prior: tuple[float, float],
) -> float:
    """Return the log of the beta-weighted likelihood over the likelihood at ``rate``."""
    a, b = prior
    mixed = log_beta(a + hits, b + misses) - log_beta(a, b)
    return mixed - _log_power(rate, hits) - _log_power(1 - rate, misses)


def _log_dirichlet(
    counts: tuple[int, ...],
    prior: tuple[float, ...],
) -> float:
    weights = sum(prior)
    value = math.lgamma(weights) - math.lgamma(weights + sum(counts))
    for weight, count in zip(prior, counts, strict=True):
        value += math.lgamma(weight + count) - math.lgamma(weight)
    return value


def _log_likelihood(count: Count, rate: float) -> float:
    """Return the log likelihood of these failures and successes at a rate of failure."""
    return _log_power(rate, count.failures) + count.successes * math.log1p(-rate)


def _log_power(rate: float, count: int) -> float:
    if not count:
        return 0.0
    if rate <= 0:
        return -math.inf
    return count * math.log(rate)


def _find_minimum(
    function: Callable[[float], float],
    low: float,
    high: float,
) -> float:
    """Return the smallest value of a convex function on an interval."""
    for _ in range(_SEARCH_STEPS):
        third = (high - low) / 3
        left = low + third
        right = high - third
        if function(left) <= function(right):
            high = right
        else:
            low = left
    return function((low + high) / 2)


def _find_rate(count: Count) -> float:
    if not count.tasks:
        return 0.0
    return count.failures / count.tasks


def _log_sum(values: list[float]) -> float:
    """Return the logarithm of the sum of exponentials."""
    largest = max(values)
    if largest == -math.inf:
        return largest
    total = sum(math.exp(value - largest) for value in values)
    return largest + math.log(total)
