"""The routing flow: from kinds of work to the tiers that did it, as ribbons as wide as their cost."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from html import escape

from tierwise.report.build import Report
from tierwise.report.findings.finding import money
from tierwise.report.html.charts import tier_class, tiers_of
from tierwise.report.html.svg import (
    WIDTH,
    number,
    picture,
    rect,
    share_words,
    short,
    table,
    text,
)
from tierwise.report.totals import Sums, cross_tiers

KINDS = 12
"""Kinds of work that get a ribbon of their own; the rest flow together."""
_REST = "other kinds"
_GAP = 8.0
_TALL = 300.0
"""The height of all ribbons side by side."""
_LABEL = 32.0
"""The height of a label's two lines."""
_LEFT, _RIGHT, _BAR = 200.0, WIDTH - 200.0, 14.0


def flow(report: Report) -> str:
    """Return the chart and the table behind it."""
    sums = _gather_kinds(cross_tiers(report.rows, "domain"))
    kinds = _sum_side(sums, 0)
    tiers = _sum_side(sums, 1)
    order = [tier for tier in reversed(tiers_of(report)) if tier in tiers]
    whole = float(sum(kinds.values())) or 1.0
    unit = _TALL / whole
    height = max(_measure_height(kinds, unit), _measure_height(tiers, unit))
    lefts = _stack_bars(kinds, list(kinds), unit, height)
    rights = _stack_bars(tiers, order, unit, height)
    css = {tier: tier_class(report, tier) for tier in order}
    body = _draw_ribbons(sums, lefts, rights, css, unit)
    rows = []
    for kind, cost in kinds.items():
        body += _draw_kind(
            kind,
            cost,
            lefts[kind],
            float(cost) * unit,
        )
        rows.append([kind, *(money(sums[kind, tier]) for tier in order), money(cost)])
    for tier in order:
        cost = tiers[tier]
        share = share_words(float(cost) / whole)
        body += _draw_tier(
            tier,
            cost,
            rights[tier],
            float(cost) * unit,
            css[tier],
            share,
        )
    said = [f"{kind} on {tier} {money(cost)}" for (kind, tier), cost in sums.items()]
    words = "; ".join(said) or "No spend."
    title = "Kinds of work and the tiers that did them"
    head = ["kind of work", *map(escape, order), "total"]
    return picture("flow", WIDTH, height + 12, title, words, body) + table(
        "spend by kind of work and tier", head, rows
    )


def _gather_kinds(sums: Sums) -> Sums:
    """Return the sums with all but the most expensive kinds as one."""
    kept = list(_sum_side(sums, 0))[:KINDS]
    found = Sums()
    for (kind, tier), cost in sums.items():
        if kind not in kept:
            kind = _REST
        found[kind, tier] += cost
    return found


def _sum_side(sums: Sums, side: int) -> dict[str, Decimal]:
    """Return the sum of each name of one side, the most expensive first."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for names, cost in sums.items():
        totals[names[side]] += cost
    ordered = sorted(
        totals.items(),
        key=lambda item: (-item[1], item[0]),
    )
    return dict(ordered)


def _measure_slot(cost: Decimal, unit: float) -> float:
    """Return a bar's room: its own height, or that of its label."""
    return max(float(cost) * unit, _LABEL)


def _measure_height(
    totals: dict[str, Decimal],
    unit: float,
) -> float:
    return sum(_measure_slot(cost, unit) + _GAP for cost in totals.values())


def _stack_bars(
    totals: dict[str, Decimal],
    order: list[str],
    unit: float,
    height: float,
) -> dict[str, float]:
    """Return the top of each name's bar: one under the other, spread over the height, none closer than its label needs."""
    free = height - _measure_height(totals, unit)
    spare = free / max(len(order), 1)
    y = 4 + spare / 2
    places = {}
    for name in order:
        cost = totals[name]
        slot = _measure_slot(cost, unit)
        places[name] = y + (slot - float(cost) * unit) / 2
        y += slot + _GAP + spare
    return places


def _draw_ribbons(
    sums: Sums,
    lefts: dict[str, float],
    rights: dict[str, float],
    css: dict[str, str],
    unit: float,
) -> list[str]:
    """Return a ribbon for each kind on each tier; at both ends one begins where the one before it ended."""
    body = []
    left_at = dict(lefts)
    right_at = dict(rights)
    for kind in lefts:
        for tier in rights:
            cost = sums[kind, tier]
            if not cost:
                continue
            size = float(cost) * unit
            words = f"{kind} on {tier}: {money(cost)}"
            ribbon = _draw_ribbon(
                left_at[kind],
                right_at[tier],
                size,
                css[tier],
                words,
            )
            body.append(ribbon)
            left_at[kind] += size
            right_at[tier] += size
    return body


def _draw_kind(
    kind: str,
    cost: Decimal,
    top: float,
    size: float,
) -> list[str]:
    """Return the bar of a kind of work, with its label to the left."""
    x = _LEFT - _BAR
    middle = top + size / 2
    return [
        rect(x, top, _BAR, max(size, 1.5), "node", f"{kind}: {money(cost)}"),
        text(x - 10, middle + 1, short(kind, 22), "label", "end"),
        text(x - 10, middle + 16, money(cost), "tick", "end"),
    ]


def _draw_tier(
    tier: str,
    cost: Decimal,
    top: float,
    size: float,
    css: str,
    share: str,
) -> list[str]:
    """Return the bar of a tier, with its label to the right."""
    x = _RIGHT + _BAR + 10
    middle = top + size / 2
    return [
        rect(_RIGHT, top, _BAR, max(size, 1.5), css, f"{tier}: {money(cost)}"),
        text(x, middle + 1, tier, "label"),
        text(x, middle + 16, f"{money(cost)}, {share}", "tick"),
    ]


def _draw_ribbon(
    left: float,
    right: float,
    size: float,
    css: str,
    words: str,
) -> str:
    middle = number((_LEFT + _RIGHT) / 2)
    start = number(left + size / 2)
    end = number(right + size / 2)
    path = f"M{number(_LEFT)} {start}C{middle} {start} {middle} {end} {number(_RIGHT)} {end}"
    width = number(max(size, 0.75))
    return f'<path d="{path}" class="ribbon {css}" stroke-width="{width}"><title>{escape(words)}</title></path>'
