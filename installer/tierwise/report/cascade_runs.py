"""Did the cascade pay?  The one answer: what each run cost, and would have cost if it had begun on the top tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tierwise.domain.ladder import Ladder
from tierwise.domain.ledger_rows import AttemptEntry, PlanCost
from tierwise.pricing.elsewhere import Range, price_elsewhere
from tierwise.pricing.prices import Prices, sum_up
from tierwise.report.totals import sum_costs
from tierwise.transcripts.records import UsageRecord

NEEDED = 5
"""Runs of one kind that began on the top tier before their mean is what that kind costs there."""


class RunCost(NamedTuple):
    """One run of the cascade."""

    kind: str
    began_on_top: bool
    cost: Decimal
    """US dollars for all its attempts, judges and plans included."""
    on_top: Range | None
    """What one attempt on the top tier would have cost; None where it is unknown."""


def measure_runs(
    attempts: Iterable[AttemptEntry],
    plans: Iterable[PlanCost],
    ladder: Ladder,
    prices: Prices,
) -> list[RunCost]:
    """Return what the runs of these attempts cost; plans of other runs are left out."""
    planned: dict[str, Decimal] = defaultdict(Decimal)
    for plan in plans:
        planned[plan.run] += plan.cost
    made: dict[str, list[AttemptEntry]] = defaultdict(list)
    for attempt in attempts:
        made[attempt.run].append(attempt)
    runs = []
    for name, tried in made.items():
        first = tried[0]
        cost = sum_costs(tried) + planned[name]
        estimate = _estimate_on_top(tried, ladder, prices)
        runs.append(RunCost(first.kind, first.tier == ladder.top, cost, estimate))
    return prefer_measured(runs)


def prefer_measured(runs: Sequence[RunCost]) -> list[RunCost]:
    """Return the runs with what was measured on the top tier in place of estimates.

    It is the mean of the runs of the same kind that began there, if there are :data:`NEEDED`.
    """
    begun: dict[str, list[Decimal]] = defaultdict(list)
    for run in runs:
        if run.began_on_top:
            begun[run.kind].append(run.cost)
    means = {}
    for kind, costs in begun.items():
        if len(costs) >= NEEDED:
            means[kind] = Range.exactly(sum(costs, Decimal(0)) / len(costs))
    return [run._replace(on_top=means.get(run.kind, run.on_top)) for run in runs]


def _estimate_on_top(
    attempts: Sequence[AttemptEntry],
    ladder: Ladder,
    prices: Prices,
) -> Range | None:
    """Return one attempt on the top tier: what the run spent there, else its last attempt's tokens at the top's prices."""
    there = [attempt.cost for attempt in attempts if attempt.tier == ladder.top]
    if there:
        return Range.exactly(there[0])
    last = attempts[-1]
    rank = ladder.rank(last.tier)
    tokens = last.tokens
    if rank is None or not tokens.has_any:
        return None
    record = UsageRecord(
        message_id="",
        session="",
        model=last.model,
        timestamp=_NOW,
        input_tokens=tokens.input_tokens,
        output_tokens=tokens.output_tokens,
        cache_write_5m_tokens=tokens.cache_creation_input_tokens,
        cache_read_tokens=tokens.cache_read_input_tokens,
    )
    model = ladder.model_of(ladder.top)
    steps = len(ladder.names) - 1 - rank
    return price_elsewhere(
        sum_up([record]),
        model,
        steps,
        prices,
    )


_NOW = 1 << 50
"""A time at which the newest prices hold."""
