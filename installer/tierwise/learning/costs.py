"""What each decision cost, and what it would have cost on another tier, from the transcripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tierwise.domain.ladder import Ladder
from tierwise.learning.beta import Interval
from tierwise.learning.outcomes import Outcome
from tierwise.pricing.elsewhere import Range, price_elsewhere
from tierwise.pricing.prices import Prices, price, sum_up
from tierwise.transcripts.records import UsageRecord


def add_costs(
    outcomes: Iterable[Outcome],
    records: Iterable[UsageRecord],
    prices: Prices,
) -> None:
    """Fill in the list price of every spawn that the transcripts tell of, in US dollars.

    A spawn with any token that has no price keeps an unknown cost.
    """
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    unpriced = set()
    for record in records:
        if not record.tool_use_id:
            continue
        spawn = (record.session, record.tool_use_id)
        paid = price(record, prices)
        totals[spawn] += paid.cost or 0
        if paid.unpriced_tokens:
            unpriced.add(spawn)
    for outcome in outcomes:
        spawn = (outcome.session, outcome.id)
        is_known = spawn in totals and spawn not in unpriced
        if outcome.cost is None and is_known:
            outcome.cost = float(totals[spawn])


class CostsElsewhere:
    """What recorded spawns would have cost on the tiers of another policy: their own tokens, at its models' prices."""

    def __init__(
        self,
        records: Iterable[UsageRecord],
        prices: Prices,
        ladder: Ladder,
    ) -> None:
        self._prices = prices
        self._ladder = ladder
        self._calls: defaultdict[tuple[str, str], list[UsageRecord]] = defaultdict(list)
        for record in records:
            if record.tool_use_id:
                self._calls[record.session, record.tool_use_id].append(record)

    def find_costs(
        self,
        outcome: Outcome,
        tier: str,
    ) -> Interval | None:
        """Return the least and the most, in US dollars; None where calls, tier or price are not known."""
        target = self._ladder.rank(tier)
        calls = self._calls.get((outcome.session, outcome.id))
        if target is None or not calls:
            return None
        model = self._ladder.model_of(tier)
        present = self._ladder.rank(outcome.tier) or 0
        steps = target - present
        cost = Range()
        for call in calls:
            tokens = sum_up([call])
            there = price_elsewhere(
                tokens,
                model,
                steps,
                self._prices,
            )
            if there is None:
                return None
            cost += there
        return Interval(float(cost.low), float(cost.high))
