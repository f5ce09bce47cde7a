"""Bars that lie side by side in rows: a label before each, words behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tierwise.report.findings.finding import money
from tierwise.report.html.svg import (
    WIDTH,
    picture,
    rect,
    short,
    text,
)

_LEFT = 190
_ROOM = 560
"""Units of the longest bar."""

_ROW_HEIGHT = 34
_BAR_HEIGHT = 22
_MARGIN = 6
_BASELINE = 16
_LONGEST_LABEL = 22
"""Characters."""


class BarPart(NamedTuple):
    """A part of a bar."""

    amount: float
    css: str
    said: str
    """What a pointer held over it says."""


class Bar(NamedTuple):
    """A bar, with what stands before and behind it."""

    label: str
    parts: Sequence[BarPart]
    words: str = ""

    @property
    def amount(self) -> float:
        """All parts together."""
        return sum(part.amount for part in self.parts)


def plain_bar(
    label: str,
    amount: float,
    words: str,
) -> Bar:
    """Return a bar of one part in the first colour."""
    return Bar(label, [BarPart(amount, "t0", f"{label}: {words}")], words)


def describe_spend(bars: Sequence[Bar]) -> str:
    """Say in words what bars of US dollars show; they need not be in order."""
    highest = max((bar.amount for bar in bars), default=0.0)
    if not highest:
        return "Nothing was spent."
    return f"Bars of spend, the highest {money(highest)}."


def draw_bars(
    name: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
) -> str:
    """Draw the bars, the longest as long as there is room; ``description`` is for who cannot see them."""
    most = max((bar.amount for bar in bars), default=0.0) or 1.0
    body: list[str] = []
    for index, bar in enumerate(bars):
        top = index * _ROW_HEIGHT + _MARGIN
        body += _draw_bar(bar, top, _ROOM / most)
    height = len(bars) * _ROW_HEIGHT + 2 * _MARGIN
    return picture(
        name,
        WIDTH,
        height,
        title,
        description,
        body,
    )


def _draw_bar(
    bar: Bar,
    top: float,
    unit: float,
) -> Iterable[str]:
    x = float(_LEFT)
    baseline = top + _BASELINE
    label = short(bar.label, _LONGEST_LABEL)
    yield text(x - 12, baseline, label, "label", "end")
    for part in bar.parts:
        size = part.amount * unit
        yield rect(x, top, size, _BAR_HEIGHT, part.css, part.said)
        x += size
    if bar.words:
        yield text(x + 10, baseline, bar.words, "value")
