"""``ROUTING.md``: the policy for people, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tierwise import bundle
from tierwise.domain import models
from tierwise.domain.estimate import (
    LOOP,
    EstimateRow,
    add_rows,
    estimate_step,
    route_of,
)
from tierwise.domain.kinds import AMBIGUITIES, AUTOMATED, KINDS
from tierwise.domain.table_shape import Table
from tierwise.domain.token_prices import find_price
from tierwise.shown import neutralise

_ONE_CENT = 0.01  # dollars; smaller amounts are shown with four digits
_WITHOUT_FIGURE = "?"
_PRICED = ("input", "output", "cache_read")


def routing_md(table: Table) -> str:
    """Return the page for a compiled policy.

    Deterministic: it holds the prices' date, not today's.
    """
    parts = {
        "pool": _show_pool(table),
        "automated": _show_automated(table),
        "routes": _show_routes(table),
        "agents": _show_agents(table),
        "frontier": _show_frontier(table),
        "requires": _show_requires(table),
        "loop": _show_loop(table),
        "prices_date": models.as_of(),
        "mode": table["mode"],
        "default": table["default"],
        "top": table["ladder"][-1],
        "review": _review_sentence(table),
        "enforcement": table["hooks"]["mode"],
    }
    text = bundle.read_text("templates", "ROUTING.md")
    for name, part in parts.items():
        text = text.replace("{" + name + "}", str(part))
    return text


def _show_pool(table: Table) -> str:
    rows = []
    for name in table["ladder"]:
        tier = table["tiers"][name]
        model = tier["model"]
        price = find_price(model, table["prices"])
        row = [
            name,
            model,
            models.full_id(model),
            tier["effort"] or "default",
        ]
        for part in _PRICED:
            row.append(_show_price(price.get(part)))
        rows.append(row)
    head = [
        "tier",
        "model",
        "today",
        "effort",
        "input",
        "output",
        "cache read",
    ]
    return _write_table(head, rows)


def _show_price(dollars: float | None) -> str:
    if dollars is None:
        return _WITHOUT_FIGURE
    return f"${dollars:g}"


def _show_automated(table: Table) -> str:
    rows = []
    for name, entry in table["automated"].items():
        if entry["command"]:
            rows.append([AUTOMATED[name], f"`{entry['command']}`"])
    if not rows:
        return "None."
    return _write_table(["work", "command"], rows)


def _show_routes(table: Table) -> str:
    described = {**KINDS, **dict.fromkeys(table["kinds"], "this project's own")}
    chosen = {kind: route_of(table, kind) for kind in table["routes"]}
    rows = []
    for tier in table["ladder"]:
        for kind, entry in chosen.items():
            if entry["tier"] != tier:
                continue
            effort = entry["effort"] or "default"
            meaning = described.get(kind, "")
            rows.append([tier, effort, kind, meaning])
    return _write_table(
        ["tier", "effort", "kind of work", "meaning"],
        rows,
    )


def _show_agents(table: Table) -> str:
    rows = []
    for name, entry in table["agents"].items():
        effort = entry["effort"] or "default"
        rows.append([name, entry["tier"], effort])
    return _write_table(["agent", "tier", "effort"], rows)


def _show_frontier(table: Table) -> str:
    only = table["frontier_only"]
    lines = []
    for kind in only["kinds"]:
        meaning = KINDS.get(kind, "your own kind")
        lines.append(f"- {kind}: {meaning}")
    for glob in only["paths"]:
        lines.append(f"- paths that match `{glob}`")
    if only["ambiguity"]:
        levels = AMBIGUITIES[AMBIGUITIES.index(only["ambiguity"]["level"]) :]
        lines.append(f"- tasks with {' or '.join(levels)} ambiguity")
    return "\n".join(lines) or "Nothing."


def _show_requires(table: Table) -> str:
    words = {
        "context_over": "more than {:,} tokens of context",
        "files_over": "more than {} files",
        "scope": "scope {}",
        "domain": "{}",
        "ambiguity": "{} ambiguity",
    }
    lines = []
    for rule in table["requires"]:
        given = [key for key in words if key in rule]
        conditions = [words[key].format(rule[key]) for key in given]
        lines.append(f"- {' and '.join(conditions)}: at least {rule['tier']}")
    return "\n".join(lines) or "No rule."


def _show_loop(table: Table) -> str:
    rows = []
    estimates = []
    for step in LOOP:
        found = estimate_step(table, step)
        estimates.append(found)
        row = [
            str(step.number),
            step.task,
            step.agent or "-",
            found.tier,
            _show_money(found.routed_usd),
            _money_span(found),
        ]
        rows.append(row)
    total = add_rows(estimates)
    routed = _show_money(total.routed_usd)
    last = [
        "",
        "**one feature**",
        "",
        "",
        f"**{routed}**{_saving(total)}",
        f"**{_money_span(total)}**",
    ]
    rows.append(last)
    top = table["ladder"][-1]
    head = [
        "step",
        "task",
        "agent",
        "tier",
        "tiered",
        f"all on {top}",
    ]
    return _write_table(head, rows)


def _money_span(found: EstimateRow) -> str:
    low = _show_money(found.without_low_usd)
    high = _show_money(found.without_high_usd)
    if low == high:
        return low
    return f"{low} to {high}"


def _saving(total: EstimateRow) -> str:
    """Return what routing saves in words; nothing where it may save nothing."""
    share = total.saved_share
    if share is None or share[1] <= 0:
        return ""
    low, high = (f"{max(part, 0):.0%}" for part in share)
    if low == high:
        return f" ({low} less)"
    return f" ({low} to {high} less)"


def _review_sentence(table: Table) -> str:
    if not table["review"]:
        return "No review date is set."
    return f"Review it by {table['review']}."


def _show_money(dollars: float | None) -> str:
    if dollars is None:
        return _WITHOUT_FIGURE
    if dollars and dollars < _ONE_CENT:
        return f"${dollars:.4f}"
    return f"${dollars:.2f}"


def _write_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> str:
    lines = [_write_row(head), "|" + "---|" * len(head)]
    for row in rows:
        cells = [neutralise(cell).replace("|", "\\|") for cell in row]
        lines.append(_write_row(cells))
    return "\n".join(lines)


def _write_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
