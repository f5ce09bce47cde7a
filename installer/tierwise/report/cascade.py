"""What the cascade cost and saved, from the ledger's ``attempt`` rows.  Pure: rows in, figures out.

Whether it paid is answered in :mod:`tierwise.domain.cascade_economics`, here and in a report alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import asdict

from tierwise.domain.cascade_economics import (
    RunCost,
    add_plans,
    price_on_top,
)
from tierwise.domain.ledger_rows import (
    Attempt,
    PlanCost,
    RawRow,
    read_attempts,
    read_plan_costs,
)
from tierwise.report.totals import sum_costs

Attempts = Sequence[Attempt]


class Group(msgspec.Struct, frozen=True):
    """Runs of one tier or kind.

    ``accepted`` counts results; ``usd`` is of all attempts, failed ones included, and of plans where it is not a tier's.
    """

    runs: int
    attempts: int
    accepted: int
    usd: float

    @property
    def acceptance(self) -> float | None:
        """Share of the runs that ended with an accepted result here."""
        if not self.runs:
            return None
        return self.accepted / self.runs

    @property
    def usd_per_accepted(self) -> float | None:
        """Cost per accepted result, failures paid for."""
        if not self.accepted:
            return None
        return self.usd / self.accepted

    def as_json(self) -> dict[str, Any]:
        """Counts and the two ratios."""
        return {
            **asdict(self),
            "acceptance": self.acceptance,
            "usd_per_accepted": self.usd_per_accepted,
        }


class CascadeSummary(msgspec.Struct, frozen=True):
    """All runs, by tier, by kind, and against a start on the top tier (US dollars; None where unknown)."""

    total: Group
    by_tier: dict[str, Group]
    by_kind: dict[str, Group]
    compared_runs: int
    compared_usd: float
    always_top: tuple[float, float] | None
    """What the compared runs would have cost on the top tier, low and high."""

    @property
    def always_top_usd(self) -> float | None:
        """The same as one figure; None where only a range is known."""
        if self.always_top is None or self.always_top[0] != self.always_top[1]:
            return None
        return self.always_top[0]

    @property
    def saved(self) -> tuple[float, float] | None:
        """Low and high; positive where the cascade was cheaper than always-top on the runs that can be compared."""
        if self.always_top is None:
            return None
        low, high = self.always_top
        return low - self.compared_usd, high - self.compared_usd

    @property
    def saved_usd(self) -> float | None:
        """The same as one figure; None where only a range is known."""
        if self.saved is None or self.always_top_usd is None:
            return None
        return self.saved[0]

    def as_json(self) -> dict[str, Any]:
        """The shape in ``runs --summary --json``."""
        always_top = self.always_top or (None, None)
        saved = self.saved or (None, None)
        return {
            "total": self.total.as_json(),
            "by_tier": {tier: group.as_json() for tier, group in self.by_tier.items()},
            "by_kind": {kind: group.as_json() for kind, group in self.by_kind.items()},
            "against_always_top": {
                "runs": self.compared_runs,
                "usd": self.compared_usd,
                "always_top_usd": self.always_top_usd,
                "saved_usd": self.saved_usd,
                "always_top_low_usd": always_top[0],
                "always_top_high_usd": always_top[1],
                "saved_low_usd": saved[0],
                "saved_high_usd": saved[1],
            },
        }


def summarize(
    rows: Iterable[RawRow],
    top: str,
    cost_run: Callable[[Attempts], RunCost] | None = None,
) -> CascadeSummary:
    """Return the figures of the ``attempt`` and ``plan`` rows among ``rows``; ``top`` is the ladder's last tier.

    ``cost_run`` tells a run's cost with its estimate on the top tier (:func:`tierwise.report.attempts.cost_run`);
    without it nothing is estimated.
    """
    every = list(rows)
    attempts = read_attempts(every)
    plans = read_plan_costs(every)
    measure = cost_run or partial(_measure_attempts, top)
    measured = {run: measure(entries) for run, entries in _group_by(attempts, "run").items()}
    costs = add_plans(measured, plans)
    runs = 0
    usd = low = high = Decimal(0)
    for run, on_top in zip(costs, price_on_top(costs), strict=True):
        if on_top is not None:
            runs += 1
            usd += run.cost
            low += on_top[0]
            high += on_top[1]
    always_top = None
    if runs:
        always_top = (float(low), float(high))
    by_kind = {}
    for kind, entries in _group_by(attempts, "kind").items():
        of_kind = [plan for plan in plans if plan.kind == kind]
        by_kind[kind] = _sum_attempts(entries, of_kind)
    by_tier = _group_by(attempts, "tier")
    return CascadeSummary(
        total=_sum_attempts(attempts, plans),
        by_tier={tier: _sum_attempts(entries) for tier, entries in by_tier.items()},
        by_kind=by_kind,
        compared_runs=runs,
        compared_usd=float(usd),
        always_top=always_top,
    )


def _measure_attempts(top: str, attempts: Attempts) -> RunCost:
    first = attempts[0]
    return RunCost(
        first.kind,
        first.tier == top,
        sum_costs(attempts),
        None,
    )


def _sum_attempts(
    attempts: Attempts,
    plans: Sequence[PlanCost] = (),
) -> Group:
    runs = _group_by(attempts, "run").values()
    accepted = sum(any(attempt.is_accepted for attempt in entries) for entries in runs)
    cost = sum_costs(attempts) + sum_costs(plans)
    return Group(
        len(runs),
        len(attempts),
        accepted,
        float(cost),
    )


def _group_by(
    attempts: Attempts,
    name: str,
) -> dict[str, list[Attempt]]:
    """Attempts by one of their fields, in order of its values."""
    groups: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[getattr(attempt, name)].append(attempt)
    return dict(sorted(groups.items()))
