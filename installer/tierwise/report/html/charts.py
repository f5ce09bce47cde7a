"""The bar charts: spend by day and tier, by agent, and against the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from html import escape

from tierwise.domain.ladder import OFF_LADDER
from tierwise.report.build import Report
from tierwise.report.counterfactual import Baseline
from tierwise.report.findings.finding import money, span
from tierwise.report.html.svg import (
    line,
    picture,
    rect,
    share_words,
    short,
    table,
    text,
    tick_words,
    ticks,
)
from tierwise.report.totals import cross_rows

_MOST_DAYS = 3660  # ten years; a longer span holds a wrong date
WIDTH = 960
AGENTS = 12
"""Agents that get a bar of their own."""
_LONGEST = 92
"""Days up to which each has a bar of its own; longer windows are drawn by week."""

Sums = dict[tuple[str, str], Decimal]


def tiers_of(report: Report) -> list[str]:
    """The tiers that anything ran on, cheapest first, what is off the ladder last."""
    ran = {row.tier for row in report.rows}
    return [name for name in (*report.ladder.names, OFF_LADDER) if name in ran]


def tier_class(report: Report, tier: str) -> str:
    """The CSS class that colours a tier."""
    names = report.ladder.names
    if tier not in names:
        return "tx"
    return f"t{names.index(tier) % 6}"


def legend(report: Report) -> str:
    """Which colour is which tier, in the order of the bars."""
    items = "".join(
        f'<li><span class="key {tier_class(report, tier)}"></span>{escape(tier)}</li>'
        for tier in tiers_of(report)
    )
    return f'<ul class="legend" aria-label="Tiers, cheapest first">{items}</ul>'


def time_unit(report: Report) -> str:
    """``day``, or ``week`` in windows too long for a bar a day."""
    if len(_all_days(report.days)) > _LONGEST:
        return "week"
    return "day"


def by_day(report: Report) -> str:
    """Stacked bars, one a day (one a week in long windows), and the table behind them."""
    sums = cross_rows(report.rows, "day", "tier")
    days = _all_days(sorted({day for day, _ in sums}))
    unit = time_unit(report)
    if unit == "week":
        sums = _by_week(sums)
        days = sorted({_find_monday(day) for day in days})
    tiers = tiers_of(report)
    heights = [float(sum(sums.get((day, tier), Decimal(0)) for tier in tiers)) for day in days]
    left, top, height = 58, 14, 230
    scale = ticks(max(heights, default=0))
    body = []
    for value in scale:
        y = top + height * (1 - value / scale[-1])
        body += [
            line(left, y, WIDTH, y, "grid"),
            text(left - 8, y + 4, tick_words(value), "tick", "end"),
        ]
    slot = (WIDTH - left) / max(len(days), 1)
    width = min(slot * 0.72, 64)
    every = max(1, -(-len(days) // 14))
    for index, day in enumerate(days):
        x, y = left + slot * index + (slot - width) / 2, float(top + height)
        for tier in tiers:
            cost = sums.get((day, tier), Decimal(0))
            if cost:
                size = height * float(cost) / scale[-1]
                y -= size
                body.append(
                    rect(
                        x, y, width, size, tier_class(report, tier), f"{day}, {tier}: {money(cost)}"
                    )
                )
        if index % every == 0:
            body.append(text(x + width / 2, top + height + 20, day[5:], "tick", "middle"))
    highest = max(zip(heights, days, strict=True), default=(0.0, ""))
    words = f"Stacked bars of spend by {unit} and tier; the highest is {money(highest[0])} on {highest[1]}."
    rows = [
        [day, *(money(sums.get((day, tier), Decimal(0))) for tier in tiers), money(total)]
        for day, total in zip(days, heights, strict=True)
        if total
    ]
    return (
        legend(report)
        + picture("days", WIDTH, top + height + 32, f"Spend by {unit} and tier", words, body)
        + table(f"spend by {unit} and tier", [unit, *tiers, "total"], rows)
    )


def by_agent(report: Report) -> str:
    """One bar an agent, split by the tiers that it ran on, and the table behind them."""
    sums = cross_rows(report.rows, "agent", "tier")
    groups = [item for item in report.view("agent") if item.total.cost]
    tiers = tiers_of(report)
    most = float(max((item.total.cost for item in groups), default=Decimal(1))) or 1.0
    left, row_height, room = 190, 34, WIDTH - 190 - 150
    body = []
    for index, item in enumerate(groups[:AGENTS]):
        x, y = float(left), index * row_height + 6
        body.append(text(left - 12, y + 16, short(item.key, 22), "label", "end"))
        for tier in tiers:
            cost = sums.get((item.key, tier), Decimal(0))
            if cost:
                size = room * float(cost) / most
                title = f"{item.key}, {tier}: {money(cost)}"
                body.append(rect(x, y, size, 22, tier_class(report, tier), title))
                x += size
        share = ""
        if report.total.cost:
            share = share_words(float(item.total.cost / report.total.cost))
        body.append(text(x + 10, y + 16, f"{money(item.total.cost)}, {share}", "value"))
    words = ", ".join(f"{item.key} {money(item.total.cost)}" for item in groups[:AGENTS])
    rows = [
        [
            item.key,
            *(money(sums.get((item.key, tier), Decimal(0))) for tier in tiers),
            money(item.total.cost),
        ]
        for item in groups
    ]
    height = max(min(len(groups), AGENTS), 1) * row_height + 8
    more = ""
    if len(groups) > AGENTS:
        left_out = len(groups) - AGENTS
        more = f'<p class="note">{left_out} more agents are in the figures.</p>'
    return (
        legend(report)
        + picture("agents", WIDTH, height, "Spend by agent", words or "No spend.", body)
        + more
        + table("spend by agent and tier", ["agent", *tiers, "total"], rows)
    )


def savings(report: Report) -> str:
    """What the same calls would have cost under each baseline, as ranges beside what was spent."""
    found = report.baselines
    highs = [float(item.cost.high) for item in found]
    actuals = [float(item.actual) for item in found]
    most = max([*highs, *actuals, 0.0])
    scale = ticks(most, 5)
    left, top, row_height, room = 250, 30, 58, WIDTH - 250 - 40
    height = top + len(found) * row_height

    def place(value: object) -> float:
        return left + room * float(value) / scale[-1]  # type: ignore[arg-type]

    body = []
    for value in scale:
        body += [
            line(place(value), top - 8, place(value), height, "grid"),
            text(place(value), top - 14, tick_words(value), "tick", "middle"),
        ]
    for index, item in enumerate(found):
        body += _savings_row(item, top + index * row_height, left, place)
    words = "; ".join(
        f"{item.words}: {span(item.cost)}, spent {money(item.actual)}" for item in found
    )
    rows = [
        [
            item.words,
            money(item.cost.low),
            money(item.cost.high),
            money(item.actual),
            _describe_saved(item),
        ]
        for item in found
    ]
    key = (
        '<ul class="legend"><li><span class="key range"></span>would have cost, low to high</li>'
        '<li><span class="key actual"></span>was spent</li></ul>'
    )
    return (
        key
        + picture("savings", WIDTH, height + 6, "Spend against baselines", words, body)
        + table("spend against baselines", ["baseline", "low", "high", "spent", "saved"], rows)
    )


def _savings_row(item: Baseline, y: float, left: float, place: object) -> Sequence[str]:
    at = place
    low, high, spent = (at(value) for value in (item.cost.low, item.cost.high, item.actual))  # type: ignore[operator]
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
    """Every day from the first to the last, so that quiet ones are seen."""
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
    weeks: Sums = {}
    for (day, tier), cost in sums.items():
        key = _find_monday(day), tier
        weeks[key] = weeks.get(key, Decimal(0)) + cost
    return weeks


def _find_monday(day: str) -> str:
    if not day[:1].isdigit():
        return day
    moment = date.fromisoformat(day)
    return (moment - timedelta(days=moment.weekday())).isoformat()
