"""What the cascade cost: accepted results, their price, and whether climbing beat starting at the top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.cascade_economics import (
    RunCost,
    Span,
    add_plans,
    price_on_top,
)
from tierwise.domain.ladder import Ladder
from tierwise.domain.ledger_rows import (
    Attempt,
    RawRow,
    read_attempts,
    read_plan_costs,
)
from tierwise.pricing.elsewhere import Range, price_elsewhere
from tierwise.pricing.prices import Prices, sum_up
from tierwise.report.totals import divide_by, sum_costs
from tierwise.transcripts.records import UsageRecord


class TierAttempts(msgspec.Struct):
    """The attempts of one tier at one kind of work."""

    attempts: int = 0
    accepted: int = 0
    cost: Decimal = Decimal(0)

    def as_json(self) -> dict[str, Any]:
        """Counts, cost, and the two figures they are for."""
        return {
            "attempts": self.attempts,
            "accepted": self.accepted,
            "acceptance": divide_by(self.accepted, self.attempts),
            "cost_usd": float(self.cost),
            "cost_per_accepted_usd": divide_by(self.cost, self.accepted),
        }


class Kind(msgspec.Struct):
    """One kind of work through the cascade."""

    tiers: dict[str, TierAttempts] = msgspec.field(default_factory=dict)
    runs: int = 0
    accepted: int = 0
    cost: Decimal = Decimal(0)
    top: Range = msgspec.field(default_factory=Range)
    """What the same runs would have cost with one attempt on the top tier each."""
    compared: Decimal = Decimal(0)
    """The cost of the runs that ``top`` is of."""


class Cascade(msgspec.Struct, frozen=True):
    """Every kind of work that ran through the cascade in the window."""

    kinds: dict[str, Kind]
    outside: Decimal = Decimal(0)
    """US dollars of attempts whose calls are in no transcript (another API): not in the report's total."""

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(kind.runs for kind in self.kinds.values())

    @property
    def accepted(self) -> int:
        """How many of them ended with an accepted result."""
        return sum(kind.accepted for kind in self.kinds.values())

    @property
    def cost(self) -> Decimal:
        """All attempts, judges and plans together."""
        return sum_costs(self.kinds.values())

    @property
    def saved(self) -> Range:
        """Against one attempt on the top tier for each run; negative where climbing cost more."""
        saved = Range()
        for kind in self.kinds.values():
            saved += kind.top.less(kind.compared)
        return saved

    def as_json(self) -> dict[str, Any]:
        """The shape in ``baselines.cascade``."""
        kinds = {}
        for name, kind in sorted(self.kinds.items()):
            kinds[name] = {tier: found.as_json() for tier, found in sorted(kind.tiers.items())}
        return {
            "runs": self.runs,
            "accepted": self.accepted,
            "cost_usd": float(self.cost),
            "cost_per_accepted_usd": divide_by(self.cost, self.accepted),
            "outside_transcripts_usd": float(self.outside),
            "saved_low_usd": float(self.saved.low),
            "saved_high_usd": float(self.saved.high),
            "kinds": kinds,
        }


def cascade_of(
    ledger_rows: Iterable[RawRow], ladder: Ladder, prices: Prices, sessions: set[str]
) -> Cascade:
    """The cascade's figures from its ``attempt`` and ``plan`` rows.

    ``sessions`` are those that the transcripts tell of.
    """
    every = list(ledger_rows)
    plans = read_plan_costs(every)
    runs: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in read_attempts(every):
        runs[attempt.run].append(attempt)
    kinds: dict[str, Kind] = defaultdict(Kind)
    outside = Decimal(0)
    measured = {run: cost_run(attempts, ladder, prices) for run, attempts in runs.items()}
    costs = add_plans(measured, plans)
    for attempts, run, on_top in zip(runs.values(), costs, price_on_top(costs), strict=True):
        _add_run(kinds[run.kind], attempts, run.cost, on_top)
        outside += sum_costs(attempt for attempt in attempts if attempt.session not in sessions)
    for plan in plans:
        if plan.run not in runs:  # paid for, though no attempt followed
            kinds[plan.kind].cost += plan.cost
    return Cascade(dict(kinds), outside)


def cost_run(
    attempts: Sequence[Attempt],
    ladder: Ladder,
    prices: Prices,
) -> RunCost:
    """Return what a run cost, and what it would have cost on the top tier by its own tokens."""
    on_top = _on_top(attempts, ladder, prices)
    estimate = None
    if on_top is not None:
        estimate = (on_top.low, on_top.high)
    first = attempts[0]
    return RunCost(
        first.kind,
        first.tier == ladder.top,
        sum_costs(attempts),
        estimate,
    )


def _add_run(
    kind: Kind,
    attempts: Sequence[Attempt],
    cost: Decimal,
    on_top: Span | None,
) -> None:
    for attempt in attempts:
        tier = kind.tiers.setdefault(
            attempt.tier,
            TierAttempts(),
        )
        tier.attempts += 1
        tier.accepted += attempt.is_accepted
        tier.cost += attempt.cost
    kind.runs += 1
    kind.accepted += any(attempt.is_accepted for attempt in attempts)
    kind.cost += cost
    if on_top:
        kind.top += Range(*on_top)
        kind.compared += cost


def _on_top(
    attempts: Sequence[Attempt],
    ladder: Ladder,
    prices: Prices,
) -> Range | None:
    """One attempt on the top tier: what the run spent there, else its last attempt's tokens at the top's prices."""
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
