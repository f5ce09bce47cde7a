"""What the cascade cost and saved, from the ledger's ``attempt`` and ``plan`` rows: for a report and for `runs --summary`.

Whether it paid is answered in :mod:`tierwise.report.cascade_runs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.ladder import Ladder
from tierwise.domain.ledger_rows import (
    AttemptEntry,
    PlanCost,
    RawRow,
    read_attempts,
    read_plan_costs,
)
from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import Prices
from tierwise.report.cascade_runs import measure_runs
from tierwise.report.totals import divide_by, sum_costs

Attempts = Sequence[AttemptEntry]


class RunGroup(msgspec.Struct, frozen=True):
    """Runs of one tier or kind, or of one tier at one kind.

    ``accepted`` counts results; ``cost`` is of all attempts, failed ones included, and of plans where it is not a tier's.
    """

    runs: int
    attempts: int
    accepted: int
    cost: Decimal

    @property
    def acceptance(self) -> float | None:
        """Share of the runs that ended with an accepted result here."""
        return divide_by(self.accepted, self.runs)

    @property
    def usd_per_accepted(self) -> float | None:
        """Cost per accepted result, failures paid for."""
        return divide_by(self.cost, self.accepted)

    def as_json(self) -> dict[str, Any]:
        """Return the shape in ``runs --summary --json``."""
        return {
            "runs": self.runs,
            "attempts": self.attempts,
            "accepted": self.accepted,
            "usd": float(self.cost),
            "acceptance": self.acceptance,
            "usd_per_accepted": self.usd_per_accepted,
        }

    def describe_attempts(self) -> dict[str, Any]:
        """Return the shape in ``baselines.cascade`` of a report: of its attempts, not of its runs."""
        return {
            "attempts": self.attempts,
            "accepted": self.accepted,
            "acceptance": divide_by(self.accepted, self.attempts),
            "cost_usd": float(self.cost),
            "cost_per_accepted_usd": self.usd_per_accepted,
        }


_UNKNOWN = dict.fromkeys(
    (
        "always_top_usd",
        "saved_usd",
        "always_top_low_usd",
        "always_top_high_usd",
        "saved_low_usd",
        "saved_high_usd",
    )
)


class RunComparison(msgspec.Struct):
    """Runs of which it is known what they would have cost with one attempt on the top tier each."""

    runs: int = 0
    cost: Decimal = Decimal(0)
    top: Range = Range()

    @property
    def saved(self) -> Range:
        """What the cascade saved; negative where climbing cost more."""
        return self.top.less(self.cost)

    def add(
        self,
        cost: Decimal,
        top: Range,
    ) -> None:
        """Count one run."""
        self.runs += 1
        self.cost += cost
        self.top += top

    def as_json(self) -> dict[str, Any]:
        """Return the shape in ``runs --summary --json``; null where nothing is known, or where there is no one figure."""
        figures: dict[str, Any] = {"runs": self.runs, "usd": float(self.cost), **_UNKNOWN}
        if self.runs:
            figures |= self.top.name_ends("always_top")
            figures |= self.saved.name_ends("saved")
        if self.runs and self.top.low == self.top.high:
            figures["always_top_usd"] = float(self.top.low)
            figures["saved_usd"] = float(self.saved.low)
        return figures


class KindRuns(msgspec.Struct, frozen=True):
    """One kind of work through the cascade."""

    total: RunGroup
    tiers: dict[str, RunGroup]
    compared: RunComparison


class Cascade(msgspec.Struct, frozen=True):
    """All runs, by tier, by kind, and against a start on the top tier."""

    total: RunGroup
    tiers: dict[str, RunGroup]
    kinds: dict[str, KindRuns]
    compared: RunComparison
    outside: Decimal
    """US dollars of attempts whose calls are in no transcript (another API): not in a report's total."""

    def as_json(self) -> dict[str, Any]:
        """Return the shape in ``baselines.cascade`` of a report."""
        kinds = {}
        for name, kind in self.kinds.items():
            kinds[name] = {tier: found.describe_attempts() for tier, found in kind.tiers.items()}
        return {
            "runs": self.total.runs,
            "accepted": self.total.accepted,
            "cost_usd": float(self.total.cost),
            "cost_per_accepted_usd": self.total.usd_per_accepted,
            "outside_transcripts_usd": float(self.outside),
            **self.compared.saved.name_ends("saved"),
            "kinds": kinds,
        }

    def summarize(self) -> dict[str, Any]:
        """Return the shape in ``runs --summary --json``."""
        return {
            "total": self.total.as_json(),
            "by_tier": {tier: group.as_json() for tier, group in self.tiers.items()},
            "by_kind": {name: kind.total.as_json() for name, kind in self.kinds.items()},
            "against_always_top": self.compared.as_json(),
        }


def read_cascade(
    ledger_rows: Iterable[RawRow],
    ladder: Ladder,
    prices: Prices,
    sessions: Collection[str] = (),
) -> Cascade:
    """Return the cascade's figures; ``sessions`` are those that the transcripts tell of."""
    every = list(ledger_rows)
    plans = read_plan_costs(every)
    attempts = read_attempts(every)
    kinds = {}
    for name, own in _group_by(attempts, "kind").items():
        planned = [plan for plan in plans if plan.kind == name]
        kinds[name] = KindRuns(
            _sum_attempts(own, planned),
            _sum_tiers(own),
            RunComparison(),
        )
    compared = RunComparison()
    for run in measure_runs(attempts, plans, ladder, prices):
        if run.on_top is not None:
            compared.add(run.cost, run.on_top)
            kinds[run.kind].compared.add(run.cost, run.on_top)
    return Cascade(
        total=_sum_attempts(attempts, plans),
        tiers=_sum_tiers(attempts),
        kinds=kinds,
        compared=compared,
        outside=sum_costs(attempt for attempt in attempts if attempt.session not in sessions),
    )


def _sum_attempts(
    attempts: Attempts,
    plans: Sequence[PlanCost] = (),
) -> RunGroup:
    runs = _group_by(attempts, "run").values()
    accepted = sum(any(attempt.is_accepted for attempt in made) for made in runs)
    cost = sum_costs(attempts) + sum_costs(plans)
    return RunGroup(len(runs), len(attempts), accepted, cost)


def _sum_tiers(attempts: Attempts) -> dict[str, RunGroup]:
    return {tier: _sum_attempts(made) for tier, made in _group_by(attempts, "tier").items()}


def _group_by(
    attempts: Attempts,
    name: str,
) -> dict[str, list[AttemptEntry]]:
    """Return attempts by one of their fields, in order of its values."""
    groups: dict[str, list[AttemptEntry]] = defaultdict(list)
    for attempt in attempts:
        groups[getattr(attempt, name)].append(attempt)
    return dict(sorted(groups.items()))
