"""A session's own bill beside the sum of its calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tierwise.pricing.prices import Prices, price
from tierwise.transcripts.records import CostState, UsageRecord


class Gap(NamedTuple):
    """What a session's calls cost, and what the client billed it, in US dollars."""

    session: str
    calls: Decimal
    """Of the calls with a known price."""
    billed: Decimal
    lower_bounds: int
    """Calls whose final output no line has: one reason for the gap; background calls are the other."""

    @property
    def missing(self) -> Decimal:
        """What the bill has and the calls have not; negative where the calls cost more."""
        return self.billed - self.calls


def reconcile(
    records: Iterable[UsageRecord], bills: Mapping[str, CostState], prices: Prices
) -> list[Gap]:
    """The gap of every session that wrote a bill, the largest first.

    ``records`` must be all of those sessions' records, not a window's part of them: a bill covers a whole session.
    """
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    bounds: defaultdict[str, int] = defaultdict(int)
    for record in records:
        if record.session in bills:
            sums[record.session] += price(record, prices).cost or 0
            bounds[record.session] += record.output_lower_bound
    gaps = [
        Gap(session, sums[session], Decimal(repr(bill.cost_usd)), bounds[session])
        for session, bill in bills.items()
    ]
    return sorted(gaps, key=lambda gap: (-abs(gap.missing), gap.session))
