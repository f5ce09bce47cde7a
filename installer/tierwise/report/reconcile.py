"""A session's own bill beside the sum of its calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tierwise.pricing.prices import Prices, price
from tierwise.transcripts.records import Usage

Forks = dict[str, list[tuple[str, int]]]
"""The forks of each session, each with the time until which its bill has that session's calls."""


class Gap(NamedTuple):
    """What a session's calls cost, and what the client billed it, in US dollars."""

    session: str
    calls: Decimal
    """Of the calls with a known price."""
    billed: Decimal
    """Without what a fork's bill has from the sessions that it was forked from."""

    @property
    def missing(self) -> Decimal:
        """What the bill has and the calls have not; negative where the calls cost more."""
        return self.billed - self.calls


def reconcile_bills(usage: Usage, prices: Prices) -> list[Gap]:
    """Return the gap of every session that wrote a bill, the largest first.

    ``usage`` must be of all time, not of a window: a bill covers a whole session.
    """
    bills = usage.cost_states
    sums: dict[str, Decimal] = defaultdict(Decimal)
    inherited: dict[str, Decimal] = defaultdict(Decimal)
    forks = _forks_by_origin(usage.forked_from)
    for record in usage.records:
        if record.session not in bills and record.session not in forks:
            continue
        cost = price(record, prices).cost or Decimal(0)
        sums[record.session] += cost
        for fork, until in forks.get(record.session, ()):
            if record.timestamp <= until:
                inherited[fork] += cost
    gaps = []
    for session, bill in bills.items():
        billed = Decimal(repr(bill.cost_usd)) - inherited[session]
        gaps.append(Gap(session, sums[session], billed))
    return sorted(
        gaps,
        key=lambda gap: (-abs(gap.missing), gap.session),
    )


def sum_gaps(gaps: Iterable[Gap]) -> tuple[Decimal, Decimal]:
    """Return what was billed in all, and what the calls cost."""
    billed = counted = Decimal(0)
    for gap in gaps:
        billed += gap.billed
        counted += gap.calls
    return billed, counted


def _forks_by_origin(forked_from: Mapping[str, Mapping[str, int]]) -> Forks:
    forks: Forks = defaultdict(list)
    for fork, origins in forked_from.items():
        for origin, until in origins.items():
            forks[origin].append((fork, until))
    return forks
