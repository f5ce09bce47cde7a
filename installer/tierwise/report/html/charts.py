"""The bar charts: spend by day and tier, by agent, and against the baselines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import escape

from tierwise.domain.ladder import OFF_LADDER
from tierwise.report.build import Report
from tierwise.report.counterfactual import Baseline
from tierwise.report.findings.finding import money, span
from tierwise.report.html.bars import Bar, BarPart, draw_bars
from tierwise.report.html.svg import (
    WIDTH,
    line,
    picture,
    rect,
    share_words,
    table,
    text,
    tick_words,
    ticks,
)
from tierwise.report.totals import Group, Sums, cross_tiers

_MOST_DAYS = 3660  # ten years; a longer span holds a wrong date
AGENTS = 12
"""Agents that get a bar of their own."""
_LONGEST = 92
"""Days up to which each has a bar of its own; longer windows are drawn by week."""

_MOST_LABELS = 14
_LEFT, _TOP, _TALL = 58, 14, 230
"""Where the bars of days begin, and how high they may be."""


def tiers_of(report: Report) -> list[str]:
    """Return the tiers that anything ran on, cheapest first, what is off the ladder last."""
    ran = {row.tier for row in report.rows}
    return [name for name in (*report.ladder.names, OFF_LADDER) if name in ran]


def tier_class(report: Report, tier: str) -> str:
    """Return the CSS class that colours a tier."""
    names = report.ladder.names
    if tier not in names:
        return "tx"
    return f"t{names.index(tier) % 6}"


def legend(report: Report) -> str:
    """Return which colour is which tier, in the order of the bars."""
    items = ""
    for tier in tiers_of(report):
        items += f'<li><span class="key {tier_class(report, tier)}"></span>{escape(tier)}</li>'
    return f'<ul class="legend" aria-label="Tiers, cheapest first">{items}</ul>'


def time_unit(report: Report) -> str:
    """Return ``day``, or ``week`` in windows too long for a bar a day."""
    if len(_all_days(report.days)) > _LONGEST:
        return "week"
    return "day"


def by_day(report: Report) -> str:
    """Return stacked bars, one a day (one a week in long windows), and the table behind them."""
    sums = cross_tiers(report.rows, "day")
    days = _all_days(sorted({day for day, _ in sums}))
    unit = time_unit(report)
    if unit == "week":
        sums = _by_week(sums)
        days = sorted({_find_monday(day) for day in days})
    tiers = tiers_of(report)
    totals = {day: float(sum(sums[day, tier] for tier in tiers)) for day in days}
    title = f"Spend by {unit} and tier"
    day, highest = max(totals.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    words = f"Stacked bars of spend by {unit} and tier; the highest is {money(highest)} on {day}."
    rows = [
        [day, *_list_costs(sums, day, tiers), money(total)]
        for day, total in totals.items()
        if total
    ]
    return (
        legend(report)
        + picture("days", WIDTH, _TOP + _TALL + 32, title, words, _draw_days(report, sums, totals))
        + table(f"spend by {unit} and tier", [unit, *tiers, "total"], rows)
    )


def _draw_days(
    report: Report,
    sums: Sums,
    totals: dict[str, float],
) -> list[str]:
    scale = ticks(max(totals.values(), default=0))
    body = []
    for value in scale:
        y = _TOP + _TALL * (1 - value / scale[-1])
        body.append(line(_LEFT, y, WIDTH, y, "grid"))
        body.append(text(_LEFT - 8, y + 4, tick_words(value), "tick", "end"))
    slot = (WIDTH - _LEFT) / max(len(totals), 1)
    width = min(slot * 0.72, 64)
    every = max(1, math.ceil(len(totals) / _MOST_LABELS))
    bottom = _TOP + _TALL
    for index, day in enumerate(totals):
        x = _LEFT + slot * index + (slot - width) / 2
        y = float(bottom)
        for tier, cost in _list_spent(report, sums, day):
            size = _TALL * float(cost) / scale[-1]
            y -= size
            title = f"{day}, {tier}: {money(cost)}"
            body.append(rect(x, y, width, size, tier_class(report, tier), title))
        if index % every == 0:
            body.append(text(x + width / 2, bottom + 20, day[5:], "tick", "middle"))
    return body


def _list_spent(
    report: Report,
    sums: Sums,
    key: str,
) -> Iterator[tuple[str, Decimal]]:
    """Yield each tier that anything was spent on for a day or an agent, and how much."""
    for tier in tiers_of(report):
        if sums[key, tier]:
            yield tier, sums[key, tier]


def _list_costs(
    sums: Sums,
    key: str,
    tiers: list[str],
) -> list[str]:
    return [money(sums[key, tier]) for tier in tiers]


def by_agent(report: Report) -> str:
    """Return one bar an agent, split by the tiers that it ran on, and the table behind them."""
    sums = cross_tiers(report.rows, "agent")
    groups = [item for item in report.view("agent") if item.total.cost]
    tiers = tiers_of(report)
    shown = groups[:AGENTS]
    words = ", ".join(f"{item.key} {money(item.total.cost)}" for item in shown)
    rows = [
        [item.key, *_list_costs(sums, item.key, tiers), money(item.total.cost)] for item in groups
    ]
    more = ""
    if len(groups) > AGENTS:
        left_out = len(groups) - AGENTS
        more = f'<p class="note">{left_out} more agents are in the figures.</p>'
    bars = [_make_bar(report, sums, item) for item in shown]
    return (
        legend(report)
        + draw_bars(
            "agents",
            "Spend by agent",
            words or "No spend.",
            bars,
        )
        + more
        + table(
            "spend by agent and tier",
            ["agent", *tiers, "total"],
            rows,
        )
    )


def _make_bar(
    report: Report,
    sums: Sums,
    item: Group,
) -> Bar:
    parts = []
    for tier, cost in _list_spent(report, sums, item.key):
        said = f"{item.key}, {tier}: {money(cost)}"
        parts.append(BarPart(float(cost), tier_class(report, tier), said))
    words = money(item.total.cost)
    if report.total.cost:
        share = float(item.total.cost / report.total.cost)
        words = f"{words}, {share_words(share)}"
    return Bar(item.key, parts, words)


def savings(report: Report) -> str:
    """Return what the same calls would have cost under each baseline, as ranges beside what was spent."""
    found = report.baselines
    most = 0.0
    for item in found:
        most = max(most, float(item.cost.high), float(item.actual))
    scale = ticks(most, 5)
    left, top, row_height = 250, 30, 58
    room = WIDTH - left - 40
    height = top + len(found) * row_height

    def place(value: float | Decimal) -> float:
        return left + room * float(value) / scale[-1]

    body = []
    for value in scale:
        x = place(value)
        body.append(line(x, top - 8, x, height, "grid"))
        body.append(text(x, top - 14, tick_words(value), "tick", "middle"))
    said = []
    rows = []
    for index, item in enumerate(found):
        body += _savings_row(
            item,
            top + index * row_height,
            left,
            place,
        )
        said.append(f"{item.words}: {span(item.cost)}, spent {money(item.actual)}")
        low, high = item.cost.low, item.cost.high
        figures = [money(amount) for amount in (low, high, item.actual)]
        rows.append([item.words, *figures, _describe_saved(item)])
    words = "; ".join(said)
    key = (
        '<ul class="legend"><li><span class="key range"></span>would have cost, low to high</li>'
        '<li><span class="key actual"></span>was spent</li></ul>'
    )
    return (
        key
        + picture("savings", WIDTH, height + 6, "Spend against baselines", words, body)
        + table("spend against baselines", ["baseline", "low", "high", "spent", "saved"], rows)
    )


def _savings_row(
    item: Baseline,
    y: float,
    left: float,
    place: Callable[[Decimal], float],
) -> list[str]:
    low = place(item.cost.low)
    high = place(item.cost.high)
    spent = place(item.actual)
    title = f"{item.words}: {span(item.cost)}; spent {money(item.actual)}"
    return [
        text(left - 14, y + 22, _name_item(item), "label", "end"),
        text(left - 14, y + 39, _describe_saved(item), "tick", "end"),
        rect(low, y + 12, max(high - low, 3), 24, "range", title),
        line(spent, y + 4, spent, y + 44, "actual"),
    ]


def _name_item(item: Baseline) -> str:
    if item.name == "policy":
        return "as the policy says"
    return f"all on {item.name.removeprefix('all-')}"


def _describe_saved(item: Baseline) -> str:
    saved = item.saved
    if not saved.low and not saved.high:
        return "the same"
    if saved.low >= 0:
        return f"saved {span(saved)}"
    if saved.high <= 0:
        return f"{money(-saved.high)}–{money(-saved.low)} more was spent"
    return f"{money(saved.low)} to {money(saved.high)} saved"


def _all_days(days: list[str]) -> list[str]:
    """Return every day from the first to the last, so that quiet ones are seen."""
    known = [day for day in days if day[:1].isdigit()]
    if not known:
        return days
    first = date.fromisoformat(known[0])
    last = date.fromisoformat(known[-1])
    count = (last - first).days
    if count > _MOST_DAYS:
        return days
    dates = [first + timedelta(days=step) for step in range(count + 1)]
    return [day.isoformat() for day in dates]


def _by_week(sums: Sums) -> Sums:
    weeks = Sums()
    for (day, tier), cost in sums.items():
        weeks[_find_monday(day), tier] += cost
    return weeks


def _find_monday(day: str) -> str:
    if not day[:1].isdigit():
        return day
    moment = date.fromisoformat(day)
    return (moment - timedelta(days=moment.weekday())).isoformat()
