"""What each decision cost, from the transcripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from tierwise.learning.outcomes import Outcome
from tierwise.pricing.prices import Prices, price
from tierwise.transcripts.records import UsageRecord


def add_costs(outcomes: Iterable[Outcome], records: Iterable[UsageRecord], prices: Prices) -> None:
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
