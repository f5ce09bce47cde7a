"""How well the routing did by outcomes: the share that succeeded, and what the best tier in hindsight would have spared.

A task's whole cost is its dollars plus, where it failed, a person's time.  For each kind of work the tier with the
least whole cost is the best in hindsight; regret is what was paid above it.  It is known only for kinds that were
judged often enough on two tiers; protected kinds have no choice and no regret.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from tierwise.learning.beta import Interval
from tierwise.learning.evidence import confidence_sequence
from tierwise.learning.outcomes import Outcome
from tierwise.learning.recommend import HumanCost

FEWEST_JUDGED = 8
"""Judged tasks with a known cost from which a tier is compared for a kind of work."""

_RESAMPLES = 200
_MOST_DRAWN = 400
"""Costs of one tier that are drawn one by one."""

_TAIL = 0.025
_FEWEST_TIERS = 2

Costs = Mapping[str, Mapping[str, Sequence[float]]]
"""Kind of work -> tier -> whole costs in US dollars."""


@dataclass(frozen=True)
class Hindsight:
    """What the outcomes say of the routing."""

    judged: int
    successes: int
    unknown: int
    success: Interval
    """Of the share of judged decisions that succeeded; holds however often it is looked at."""

    compared: int
    """Judged decisions whose kind was tried on two tiers, often enough to compare them."""

    regret_usd: float | None
    """What a compared decision cost above the best tier in hindsight; None where none is compared."""

    regret: Interval | None

    @property
    def efficiency(self) -> float | None:
        """The share of judged decisions that succeeded; None where none is judged."""
        if not self.judged:
            return None
        return self.successes / self.judged

    def as_json(self) -> dict[str, Any]:
        """Return the shape in the report's document."""
        interval = None
        if self.regret is not None:
            interval = [self.regret.low, self.regret.high]
        return {
            "judged": self.judged,
            "successes": self.successes,
            "unknown": self.unknown,
            "efficiency": self.efficiency,
            "efficiency_interval": [self.success.low, self.success.high],
            "compared": self.compared,
            "regret_usd": self.regret_usd,
            "regret_interval": interval,
        }

    def describe(self) -> str:
        """Say it in one line; empty where nothing is judged."""
        if self.efficiency is None:
            return ""
        said = (
            f"{self.efficiency:.0%} of {self.judged} judged decisions succeeded "
            f"({self.success.low:.0%} to {self.success.high:.0%}), {self.unknown} unknown"
        )
        if self.regret_usd is None or self.regret is None:
            return f"{said}; regret unknown: no kind of work was judged often enough on two tiers"
        low, high = self.regret.low, self.regret.high
        return (
            f"{said}; regret ${self.regret_usd:.2f} a decision (${low:.2f} to ${high:.2f}) against the "
            f"best tier in hindsight, over {self.compared}"
        )


def judge_hindsight(
    outcomes: Iterable[Outcome],
    human: HumanCost,
    protected: Iterable[str],
) -> Hindsight:
    """Judge the routing by its outcomes.  ``protected``: kinds of work that have no choice of tier."""
    # No policy chose a trial's tier.
    known = [outcome for outcome in outcomes if not outcome.is_trial]
    judged = [outcome for outcome in known if outcome.verdict != "unknown"]
    successes = sum(outcome.verdict == "success" for outcome in judged)
    costs = _collect_costs(judged, human, frozenset(protected))
    regret = find_regret(costs)
    interval = None
    if regret is not None:
        interval = _resample(costs)
    return Hindsight(
        judged=len(judged),
        successes=successes,
        unknown=len(known) - len(judged),
        success=confidence_sequence(successes, len(judged)),
        compared=sum(len(paid) for tiers in costs.values() for paid in tiers.values()),
        regret_usd=regret,
        regret=interval,
    )


def find_regret(costs: Costs) -> float | None:
    """Return the mean of what was paid above each kind's best tier, in US dollars; None without costs."""
    means = {}
    for kind, tiers in costs.items():
        means[kind] = [(fmean(paid), len(paid)) for paid in tiers.values()]
    return _find_excess(means.values())


def _find_excess(kinds: Iterable[Sequence[tuple[float, int]]]) -> float | None:
    """Return the mean excess over the least mean of each kind.  A tier is its mean and the number of its tasks."""
    total = 0.0
    tasks = 0
    for tiers in kinds:
        best = min(mean for mean, _ in tiers)
        for mean, count in tiers:
            total += (mean - best) * count
            tasks += count
    if not tasks:
        return None
    return total / tasks


def _collect_costs(
    judged: Iterable[Outcome],
    human: HumanCost,
    protected: frozenset[str],
) -> dict[str, dict[str, list[float]]]:
    """Return the whole costs of the kinds that can be compared."""
    found: dict[str, dict[str, list[float]]] = {}
    for outcome in judged:
        if outcome.cost is None or outcome.kind in protected:
            continue
        whole = outcome.cost
        if outcome.verdict == "failure":
            whole += human.per_failure
        tiers = found.setdefault(outcome.kind, {})
        tiers.setdefault(outcome.tier, []).append(whole)
    compared = {}
    for kind, tiers in found.items():
        kept = {tier: paid for tier, paid in tiers.items() if len(paid) >= FEWEST_JUDGED}
        if len(kept) >= _FEWEST_TIERS:
            compared[kind] = kept
    return compared


def _resample(costs: Costs) -> Interval:
    """Return a 95 % bootstrap interval (Efron, 1979): each tier's tasks are drawn anew, and the best tier with them.

    The choice of the best tier flatters it, so the interval is shifted by the mean of what drawing anew adds
    (the basic bootstrap); it never goes below 0.
    """
    chance = random.Random(0)
    seen = find_regret(costs) or 0.0
    kinds = []
    for tiers in costs.values():
        kinds.append([_Drawn(paid, chance) for paid in tiers.values()])
    drawn = []
    for _ in range(_RESAMPLES):
        again = [[tier.draw() for tier in kind] for kind in kinds]
        drawn.append(_find_excess(again) or 0.0)
    drawn.sort()
    cut = int(_TAIL * _RESAMPLES)
    low = 2 * seen - drawn[-1 - cut]
    high = 2 * seen - drawn[cut]
    return Interval(max(low, 0.0), max(high, seen))


class _Drawn:
    """Draws the mean of one tier's costs anew; of many costs it is as good as normal, and drawn as such."""

    def __init__(
        self,
        paid: Sequence[float],
        chance: random.Random,
    ) -> None:
        self._paid = paid
        self._chance = chance
        self._mean = fmean(paid)
        self._error = pstdev(paid, self._mean) / math.sqrt(len(paid))

    def draw(self) -> tuple[float, int]:
        """Return a mean, and the number of tasks that it is of."""
        count = len(self._paid)
        if count > _MOST_DRAWN:
            return self._chance.gauss(self._mean, self._error), count
        again = self._chance.choices(self._paid, k=count)
        return fmean(again), count
