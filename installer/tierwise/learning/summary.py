"""Outcomes by group: counts, success with its interval, cost per success."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tierwise.learning.beta import Interval
from tierwise.learning.evidence import (
    Count,
    confidence_sequence,
)
from tierwise.learning.outcomes import Outcome

GROUPS: dict[str, Callable[[Outcome], str]] = {
    "kind": lambda outcome: outcome.kind,
    "tier": lambda outcome: outcome.tier,
    "agent": lambda outcome: outcome.agent,
    "scope": lambda outcome: outcome.scope,
    "asked": lambda outcome: outcome.answered or "not asked",
}
"""What outcomes may be grouped by."""


@dataclass
class OutcomeGroup:
    """The outcomes of one group."""

    successes: int = 0
    failures: int = 0
    unknown: int = 0
    cost: float = 0.0
    costed: int = 0
    """Outcomes whose cost is known."""

    @property
    def judged(self) -> int:
        """Outcomes that are not unknown."""
        return self.successes + self.failures

    @property
    def count(self) -> Count:
        """Failures and judged tasks."""
        return Count(self.failures, self.judged)

    @property
    def success(self) -> Interval:
        """The success rate's interval, valid however often it is looked at."""
        return confidence_sequence(self.successes, self.judged)

    @property
    def cost_per_success(self) -> float | None:
        """US dollars spent for each success, failures paid for too; None where neither is known."""
        mean = self.mean_cost
        if mean is None or not self.successes:
            return None
        return mean * self.judged / self.successes

    @property
    def mean_cost(self) -> float | None:
        """US dollars a task; None where no cost is known."""
        if not self.costed:
            return None
        return self.cost / self.costed

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        verdict = outcome.verdict
        if verdict == "success":
            self.successes += 1
        elif verdict == "failure":
            self.failures += 1
        else:
            self.unknown += 1
        if outcome.cost is not None:
            self.cost += outcome.cost
            self.costed += 1

    def merge(self, other: OutcomeGroup) -> None:
        """Count all outcomes of another group."""
        self.successes += other.successes
        self.failures += other.failures
        self.unknown += other.unknown
        self.cost += other.cost
        self.costed += other.costed


def group_outcomes(
    outcomes: Iterable[Outcome],
    *by: str,
) -> dict[tuple[str, ...], OutcomeGroup]:
    """Group outcomes by one or more of ``GROUPS``.  Raises KeyError for another name."""
    readers = [GROUPS[name] for name in by]
    groups: dict[tuple[str, ...], OutcomeGroup] = {}
    for outcome in outcomes:
        key = tuple(read(outcome) or "unknown" for read in readers)
        groups.setdefault(key, OutcomeGroup()).add(outcome)
    return dict(sorted(groups.items()))
