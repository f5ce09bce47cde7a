"""Did the cascade pay?  The one answer: what each run would have cost if it had begun on the top tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tierwise.domain.ledger_rows import PlanCost

NEEDED = 5
"""Runs of one kind that began on the top tier before their mean is what that kind costs there."""

Span = tuple[Decimal, Decimal]
"""US dollars, low and high."""


class RunCost(NamedTuple):
    """One run of the cascade: US dollars for all its attempts, judges and plans included."""

    kind: str
    began_on_top: bool
    cost: Decimal
    estimate: Span | None
    """What one attempt on the top tier would have cost, by the run's own tokens; None where they tell nothing."""


def add_plans(
    runs: Mapping[str, RunCost],
    plans: Iterable[PlanCost],
) -> list[RunCost]:
    """Return the runs in their order, each with what was paid for its plans; plans of other runs are left out."""
    costs = dict(runs)
    for plan in plans:
        run = costs.get(plan.run)
        if run is not None:
            costs[plan.run] = run._replace(cost=run.cost + plan.cost)
    return list(costs.values())


def price_on_top(runs: Iterable[RunCost]) -> list[Span | None]:
    """Return what each run would have cost on the top tier, in the order of ``runs``; None where it is unknown.

    Measured where it can be: the mean of the runs of the same kind that began there, if there are :data:`NEEDED`.
    Else the run's own estimate.
    """
    every = list(runs)
    begun: dict[str, list[Decimal]] = defaultdict(list)
    for run in every:
        if run.began_on_top:
            begun[run.kind].append(run.cost)
    means = {}
    for kind, costs in begun.items():
        if len(costs) >= NEEDED:
            means[kind] = sum(costs, Decimal(0)) / len(costs)
    found: list[Span | None] = []
    for run in every:
        mean = means.get(run.kind)
        if mean is None:
            found.append(run.estimate)
        else:
            found.append((mean, mean))
    return found
