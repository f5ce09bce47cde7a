"""What recorded calls would have cost on another model: ranges, because nobody ran them there.

:mod:`tierwise.domain.factors` says by how much another model's tokens may differ.  Cost only: the range says nothing of
the quality that the other model would have reached.
"""

from __future__ import annotations

import functools
from decimal import Decimal

import msgspec

from tierwise.domain.economics import token_span
from tierwise.pricing.prices import PricedCalls, Prices, price_all


class Range(msgspec.Struct, frozen=True):
    """US dollars, low to high."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    @classmethod
    def exactly(cls, amount: Decimal) -> Range:
        """Return a range of one amount."""
        return cls(amount, amount)

    def __add__(self, other: Range) -> Range:
        return Range(
            self.low + other.low,
            self.high + other.high,
        )

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def less(self, amount: Decimal) -> Range:
        """Take an amount off both ends."""
        return Range(self.low - amount, self.high - amount)

    def times(self, share: Decimal) -> Range:
        """Take a share of both ends."""
        return Range(self.low * share, self.high * share)

    def name_ends(self, name: str) -> dict[str, float]:
        """Return both ends as JSON has them: ``{name}_low_usd`` and ``{name}_high_usd``."""
        return {
            f"{name}_low_usd": float(self.low),
            f"{name}_high_usd": float(self.high),
        }


def price_elsewhere(
    calls: PricedCalls,
    model: str,
    steps: int,
    prices: Prices,
) -> Range | None:
    """Return what calls would have cost on ``model``, so many tiers up (or down, negative).

    None where that model has no price.
    """
    there = price_all(calls, prices, model).cost
    if there is None:
        return None
    low, high = span_of(calls.records[0].model, model, steps)
    return Range(there * low, there * high)


@functools.lru_cache(maxsize=1024)
def span_of(
    ran: str,
    other: str,
    steps: int,
) -> tuple[Decimal, Decimal]:
    """Return by what to multiply recorded tokens, low and high, for another model that many tiers up."""
    return token_span(ran, other, steps, Decimal)
