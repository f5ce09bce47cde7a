"""Sums, and the views that group them.  Every view of the same rows has the same total: all add the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from tierwise.report.rows import NO_EFFORT, UNKNOWN, Row

MONTH_CHARACTERS = 7
"""Of YYYY-MM-DD."""

BETWEEN_KEYS = " / "
"""Between the two names of a view by two."""

IN_ORDER_OF_TIME = frozenset({"day", "week", "month"})


def week_of(day: str) -> str:
    """Return the ISO week of a day, such as 2026-W48; ``unknown`` for an unknown day."""
    if day == UNKNOWN:
        return UNKNOWN
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"


def month_of(day: str) -> str:
    """Return the month of a day, such as 2026-11; ``unknown`` for an unknown day."""
    if day == UNKNOWN:
        return UNKNOWN
    return day[:MONTH_CHARACTERS]


KEYS: dict[str, Callable[[Row], str]] = {
    "tier": lambda row: row.tier,
    "model": lambda row: row.record.model,
    "agent": lambda row: row.record.agent,
    "domain": lambda row: row.domain,
    "session": lambda row: row.record.session,
    "day": lambda row: row.day,
    "week": lambda row: week_of(row.day),
    "month": lambda row: month_of(row.day),
    "project": lambda row: row.project,
    "folder": lambda row: row.record.project or UNKNOWN,
    "effort": lambda row: row.record.effort or NO_EFFORT,
    "branch": lambda row: row.record.branch or UNKNOWN,
    "pull-request": lambda row: row.pull_request,
    "commit": lambda row: row.commit,
}
"""What a report can be grouped by: the values of ``--by``."""


class Total(msgspec.Struct):
    """The sums of one group of calls.  ``cost`` is of the tokens that have a price."""

    messages: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0
    web_searches: int = 0
    cost: Decimal = Decimal(0)
    unpriced_tokens: int = 0
    priced: bool = False
    """Whether any call of the group has a price."""

    def add(self, row: Row) -> None:
        """Count one row."""
        one, two, three, four, five = row.calls.tokens
        self.messages += row.messages
        self.input_tokens += one
        self.output_tokens += two
        self.cache_write_5m_tokens += three
        self.cache_write_1h_tokens += four
        self.cache_read_tokens += five
        self.web_searches += row.calls.web_searches
        self.unpriced_tokens += row.unpriced_tokens
        if row.cost is not None:
            self.cost += row.cost
            self.priced = True

    @property
    def cache_hit_ratio(self) -> float | None:
        """The share of prompt tokens that were read from the cache; None without any."""
        written = self.cache_write_5m_tokens + self.cache_write_1h_tokens
        prompt = self.input_tokens + written + self.cache_read_tokens
        if not prompt:
            return None
        return self.cache_read_tokens / prompt

    @property
    def cost_usd(self) -> float | None:
        """The cost as a number; None where all there is has no price: that is not 0 dollars."""
        if self.unpriced_tokens and not self.priced:
            return None
        return float(self.cost)

    def as_json(self) -> dict[str, Any]:
        """Return the fields of a row of the JSON contract, without its key."""
        return {
            "messages": self.messages,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cache_write_5m_tokens": self.cache_write_5m_tokens,
            "cache_write_1h_tokens": self.cache_write_1h_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "web_searches": self.web_searches,
            "cost_usd": self.cost_usd,
            "unpriced_tokens": self.unpriced_tokens,
        }


_COUNTS = tuple(name for name in Total.__struct_fields__ if name != "priced")


class Group(msgspec.Struct, frozen=True):
    """One line of a view."""

    key: str
    total: Total


def add_up(rows: Iterable[Row]) -> Total:
    """Return the sum of all rows."""
    total = Total()
    for row in rows:
        total.add(row)
    return total


def sum_groups(groups: Iterable[Group]) -> Total:
    """Return the sum of several groups."""
    total = Total()
    for item in groups:
        for name in _COUNTS:
            setattr(
                total,
                name,
                getattr(total, name) + getattr(item.total, name),
            )
        total.priced = total.priced or item.total.priced
    return total


def group(rows: Iterable[Row], by: str) -> list[Group]:
    """Return the view of ``rows`` by one of :data:`KEYS`, or by two with a comma between.

    Days, weeks and months are in order of time, everything else by cost, the most expensive first.
    """
    key_of = _key_function(by)
    totals: dict[str, Total] = {}
    for row in rows:
        key = key_of(row)
        total = totals.get(key)
        if total is None:
            total = totals[key] = Total()
        total.add(row)
    groups = [Group(key, total) for key, total in totals.items()]
    if by in IN_ORDER_OF_TIME:
        return sorted(groups, key=lambda item: item.key)
    return sorted(
        groups,
        key=lambda item: (-item.total.cost, item.key),
    )


def _key_function(by: str) -> Callable[[Row], str]:
    first, _, second = by.partition(",")
    one = KEYS[first]
    if not second:
        return one
    other = KEYS[second]
    return lambda row: f"{one(row)}{BETWEEN_KEYS}{other(row)}"


class Sums(dict[tuple[str, str], Decimal]):
    """The cost by two keys at once; 0 where there is none."""

    def __missing__(self, key: tuple[str, str]) -> Decimal:
        """Return no cost, which is not kept."""
        return Decimal(0)


def cross_tiers(rows: Iterable[Row], by: str) -> Sums:
    """Return the cost by a key and the tier at once."""
    key_of = KEYS[by]
    sums = Sums()
    for row in rows:
        if row.cost:
            sums[key_of(row), row.tier] += row.cost
    return sums


class HasCost(Protocol):
    """What cost something; None where nobody knows its price."""

    @property
    def cost(self) -> Decimal | None:
        """US dollars."""
        ...


def sum_costs(items: Iterable[HasCost]) -> Decimal:
    """Return what all of them cost; what has no price adds nothing."""
    return sum(
        (item.cost for item in items if item.cost is not None),
        Decimal(0),
    )


def float_or_none(amount: Decimal | None) -> float | None:
    """Return an amount as JSON has it; None stays."""
    if amount is None:
        return None
    return float(amount)


def divide_by(
    part: Decimal | int,
    whole: Decimal | int,
) -> float | None:
    """Return a part's share, or a mean; None of nothing."""
    if not whole:
        return None
    return float(part / whole)


def median(values: Sequence[Decimal]) -> Decimal | None:
    """Return the middle value, or the mean of the two middle ones; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2
