"""What each decision cost, from the transcripts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tierwise.learning.outcomes import Outcome
from tierwise.pricing.prices import Prices, price
from tierwise.transcripts.records import UsageRecord


def add_costs(outcomes: Iterable[Outcome], records: Iterable[UsageRecord], prices: Prices) -> None:
    """Fill in the list price of every spawn that the transcripts tell of, in US dollars."""
    totals: dict[tuple[str, str], Decimal] = {}
    for record in records:
        if not record.tool_use_id:
            continue
        cost = price(record, prices).cost
        if cost is not None:
            key = (record.session, record.tool_use_id)
            totals[key] = totals.get(key, Decimal(0)) + cost
    for outcome in outcomes:
        total = totals.get((outcome.session, outcome.id))
        if outcome.cost is None and total is not None:
            outcome.cost = float(total)
