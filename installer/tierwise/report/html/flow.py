"""The routing flow: from kinds of work to the tiers that did it, as ribbons as wide as their cost."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from tierwise.report.build import Report
from tierwise.report.findings.finding import money
from tierwise.report.html.charts import WIDTH, tier_class, tiers_of
from tierwise.report.html.svg import number, picture, rect, share_words, short, table, text
from tierwise.report.totals import cross_rows

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
    """The chart and the table behind it."""
    sums = _gather_kinds(cross_rows(report.rows, "domain", "tier"))
    kinds, tiers = _sum_side(sums, 0), _sum_side(sums, 1)
    order = [tier for tier in reversed(tiers_of(report)) if tier in tiers]
    whole = float(sum(kinds.values(), Decimal(0))) or 1.0
    unit = _TALL / whole
    height = max(_measure_height(kinds, unit), _measure_height(tiers, unit))
    lefts, rights = (
        _stack_bars(kinds, list(kinds), unit, height),
        _stack_bars(tiers, order, unit, height),
    )
    body = []
    left_at, right_at = dict(lefts), dict(rights)
    for kind in kinds:
        for tier in order:
            cost = sums.get((kind, tier))
            if cost:
                size = float(cost) * unit
                words = f"{kind} on {tier}: {money(cost)}"
                body.append(
                    _draw_ribbon(
                        left_at[kind], right_at[tier], size, tier_class(report, tier), words
                    )
                )
                left_at[kind] += size
                right_at[tier] += size
    for kind, cost in kinds.items():
        size = float(cost) * unit
        body.append(
            rect(_LEFT - _BAR, lefts[kind], _BAR, max(size, 1.5), "node", f"{kind}: {money(cost)}")
        )
        body.append(
            text(_LEFT - _BAR - 10, lefts[kind] + size / 2 + 1, short(kind, 22), "label", "end")
        )
        body.append(
            text(_LEFT - _BAR - 10, lefts[kind] + size / 2 + 16, money(cost), "tick", "end")
        )
    for tier in order:
        cost = tiers[tier]
        size = float(cost) * unit
        css = tier_class(report, tier)
        body.append(rect(_RIGHT, rights[tier], _BAR, max(size, 1.5), css, f"{tier}: {money(cost)}"))
        body.append(text(_RIGHT + _BAR + 10, rights[tier] + size / 2 + 1, tier, "label"))
        share = f"{money(cost)}, {share_words(float(cost) / whole)}"
        body.append(text(_RIGHT + _BAR + 10, rights[tier] + size / 2 + 16, share, "tick"))
    words = "; ".join(f"{kind} on {tier} {money(cost)}" for (kind, tier), cost in sums.items())
    rows = [
        [kind, *(money(sums.get((kind, tier), Decimal(0))) for tier in order), money(cost)]
        for kind, cost in kinds.items()
    ]
    return picture(
        "flow",
        WIDTH,
        height + 12,
        "Kinds of work and the tiers that did them",
        words or "No spend.",
        body,
    ) + table(
        "spend by kind of work and tier",
        ["kind of work", *(escape(tier) for tier in order), "total"],
        rows,
    )


def _gather_kinds(sums: dict[tuple[str, str], Decimal]) -> dict[tuple[str, str], Decimal]:
    """The sums with all but the most expensive kinds as one."""
    kept = set(list(_sum_side(sums, 0))[:KINDS])
    found: dict[tuple[str, str], Decimal] = {}
    for (kind, tier), cost in sums.items():
        key = (kind if kind in kept else _REST), tier
        found[key] = found.get(key, Decimal(0)) + cost
    return found


def _sum_side(sums: dict[tuple[str, str], Decimal], side: int) -> dict[str, Decimal]:
    """The sum of each name of one side, the most expensive first."""
    totals: dict[str, Decimal] = {}
    for names, cost in sums.items():
        totals[names[side]] = totals.get(names[side], Decimal(0)) + cost
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _measure_slot(cost: Decimal, unit: float) -> float:
    """A bar's room: its own height, or that of its label."""
    return max(float(cost) * unit, _LABEL)


def _measure_height(totals: dict[str, Decimal], unit: float) -> float:
    return sum(_measure_slot(cost, unit) + _GAP for cost in totals.values())


def _stack_bars(
    totals: dict[str, Decimal], order: list[str], unit: float, height: float
) -> dict[str, float]:
    """The top of each name's bar: one under the other, spread over the height, none closer than its label needs."""
    spare = (height - _measure_height(totals, unit)) / max(len(order), 1)
    y, places = 4 + spare / 2, {}
    for name in order:
        slot = _measure_slot(totals[name], unit)
        places[name] = y + (slot - float(totals[name]) * unit) / 2
        y += slot + _GAP + spare
    return places


def _draw_ribbon(left: float, right: float, size: float, css: str, words: str) -> str:
    middle = (_LEFT + _RIGHT) / 2
    a, b = number(left + size / 2), number(right + size / 2)
    path = f"M{number(_LEFT)} {a}C{number(middle)} {a} {number(middle)} {b} {number(_RIGHT)} {b}"
    width = number(max(size, 0.75))
    return f'<path d="{path}" class="ribbon {css}" stroke-width="{width}"><title>{escape(words)}</title></path>'
