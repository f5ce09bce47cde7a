"""A session's own bill beside the sum of its calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tierwise.pricing.prices import Prices, price
from tierwise.transcripts.records import Usage


class Gap(NamedTuple):
    """What a session's calls cost, and what the client billed it, in US dollars."""

    session: str
    calls: Decimal
    """Of the calls with a known price."""
    billed: Decimal
    """Without what a fork's bill has from the sessions that it was forked from."""
    lower_bounds: int
    """Calls whose final output no line has: one reason for the gap; background calls are the other."""

    @property
    def missing(self) -> Decimal:
        """What the bill has and the calls have not; negative where the calls cost more."""
        return self.billed - self.calls


def reconcile_bills(usage: Usage, prices: Prices) -> list[Gap]:
    """Return the gap of every session that wrote a bill, the largest first.

    ``usage`` must be of all time, not of a window: a bill covers a whole session.
    """
    bills = usage.cost_states
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    inherited: defaultdict[str, Decimal] = defaultdict(Decimal)
    bounds: defaultdict[str, int] = defaultdict(int)
    forks = _forks_by_origin(usage.forked_from)
    for record in usage.records:
        if record.session not in bills and record.session not in forks:
            continue
        cost = price(record, prices).cost or Decimal(0)
        sums[record.session] += cost
        bounds[record.session] += record.output_lower_bound
        for fork, until in forks.get(record.session, ()):
            if record.timestamp <= until:
                inherited[fork] += cost
    gaps = []
    for session, bill in bills.items():
        billed = Decimal(repr(bill.cost_usd)) - inherited[session]
        gaps.append(Gap(session, sums[session], billed, bounds[session]))
    return sorted(gaps, key=lambda gap: (-abs(gap.missing), gap.session))


def _forks_by_origin(
    forked_from: Mapping[str, Mapping[str, int]],
) -> dict[str, list[tuple[str, int]]]:
    """Return the forks of each session, each with the time until which its bill has that session's calls."""
    forks: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for fork, origins in forked_from.items():
        for origin, until in origins.items():
            forks[origin].append((fork, until))
    return dict(forks)
