"""Rates of one model, and what tokens cost by them: whole numbers of a unit, so that nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tierwise.transcripts.records import UsageRecord

_DIGITS = 24
"""Sums are whole numbers of 10^-24 dollars, finer than any price for one token: fast, and nothing is rounded."""

UNIT = Decimal(1).scaleb(-_DIGITS)

TokenCounts = tuple[int, int, int, int, int]
"""Tokens, or whole amounts for one of each, by class in the order of ``CLASSES``."""

CLASSES = (
    "input",
    "output",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
)
TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "cache_read_tokens",
)


class Rates(msgspec.Struct, frozen=True):
    """US dollars per million tokens by class, in the order of :class:`Part`; None where nobody stated a price."""

    tokens: tuple[Decimal | None, ...]
    web_search: Decimal
    """US dollars for one search."""
    above: int | None = None
    """A prompt of more tokens than this is charged at ``long`` as a whole."""
    long: tuple[Decimal | None, ...] = ()
    geo: bool = True
    """Whether a geography's factor applies: not to prices that the user stated."""

    def multiply_by(self, factor: Decimal) -> Rates:
        """Return the same rates multiplied, searches too: a contract's discount."""
        return replace(
            self,
            tokens=_multiply_rates(self.tokens, factor),
            long=_multiply_rates(self.long, factor),
            web_search=self.web_search * factor,
        )


Era = tuple[int | None, Rates]
"""Rates and until when they hold, in milliseconds; None for the present ones."""


class Dated(msgspec.Struct, frozen=True):
    """One model's list prices over time: ``(until, rates)`` in order, ``until`` in milliseconds, None for now."""

    standard: tuple[Era, ...]
    fast: Rates | None = None


class Tariff(NamedTuple):
    """Rates made ready for one kind of call: whole numbers for one token of each class, geography included."""

    tokens: TokenCounts
    gaps: tuple[int, ...]
    """Indexes of classes without a price."""
    web_search: int
    above: int | None
    long: TokenCounts


def count_units(record: UsageRecord, tariff: Tariff) -> int:
    """Return a call's cost in units; classes without a price count nothing."""
    whole = read_tokens(record)
    if tariff.above is not None and record.parts:
        parts = _choose_parts(record, whole)
        total = sum(charge_in_band(part, tariff) for part in parts)
    else:
        total = charge_in_band(whole, tariff)
    return total + tariff.web_search * record.web_searches


def charge_in_band(part: TokenCounts, tariff: Tariff) -> int:
    """Return what one pass costs in units, at the rates of its own whole prompt."""
    if tariff.above is not None:
        fresh, _, short, long, read = part
        if fresh + short + long + read > tariff.above:
            return add_amounts(tariff.long, part)
    return add_amounts(tariff.tokens, part)


def add_amounts(row: TokenCounts, part: TokenCounts) -> int:
    """Return what tokens cost at a row of amounts."""
    return (
        row[0] * part[0] + row[1] * part[1] + row[2] * part[2] + row[3] * part[3] + row[4] * part[4]
    )


def make_tariff(rates: Rates, geo: Decimal) -> Tariff:
    """Make rates ready for calls of a geography, whose factor is ``geo``."""
    factor = Decimal(1).scaleb(_DIGITS - 6)  # from a million tokens to one
    if rates.geo:
        factor *= geo
    classes = enumerate(rates.tokens)
    gaps = [index for index, rate in classes if rate is None]
    return Tariff(
        _scale_rates(rates.tokens, factor),
        tuple(gaps),
        int(rates.web_search.scaleb(_DIGITS)),
        rates.above,
        _scale_rates(rates.long or rates.tokens, factor),
    )


def _scale_rates(
    row: tuple[Decimal | None, ...],
    factor: Decimal,
) -> TokenCounts:
    one, two, three, four, five = [int((rate or 0) * factor) for rate in row]
    return one, two, three, four, five


read_tokens: Callable[[UsageRecord], TokenCounts] = attrgetter(*TOKENS)


def _choose_parts(
    record: UsageRecord,
    whole: TokenCounts,
) -> Sequence[TokenCounts]:
    """Return the passes, where they add up to the whole; else the whole: a band must never lose a token."""
    sums = tuple(map(sum, zip(*record.parts, strict=True)))
    if sums == whole:
        return record.parts
    return (whole,)


def _multiply_rates(
    row: tuple[Decimal | None, ...],
    factor: Decimal,
) -> tuple[Decimal | None, ...]:
    multiplied: list[Decimal | None] = []
    for rate in row:
        if rate is not None:
            rate *= factor
        multiplied.append(rate)
    return tuple(multiplied)
