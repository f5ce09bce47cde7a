"""``ROUTING.md``: the policy for people, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tierwise import bundle
from tierwise.domain import models
from tierwise.domain.estimate import LOOP, Row, add_rows, estimate_step, route_of
from tierwise.domain.kinds import AUTOMATED, KINDS

_ONE_CENT = 0.01  # dollars; smaller amounts are shown with four digits
Table = dict[str, Any]


def routing_md(table: Table) -> str:
    """The page for a compiled policy.  Deterministic: it holds the prices' date, not today's."""
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
        price = _find_price(table, tier["model"])
        figures = [
            f"${price[key]:g}" if key in price else "?" for key in ("input", "output", "cache_read")
        ]
        rows.append(
            [
                name,
                tier["model"],
                models.full_id(tier["model"]),
                tier["effort"] or "default",
                *figures,
            ]
        )
    return _write_table(["tier", "model", "today", "effort", "input", "output", "cache read"], rows)


def _show_automated(table: Table) -> str:
    rows = [
        [AUTOMATED[name], f"`{entry['command']}`"]
        for name, entry in table["automated"].items()
        if entry["command"]
    ]
    return _write_table(["work", "command"], rows) if rows else "None."


def _show_routes(table: Table) -> str:
    described = {**KINDS, **dict.fromkeys(table["kinds"], "this project's own")}
    rows = []
    chosen = {kind: route_of(table, kind) for kind in table["routes"]}
    for tier in table["ladder"]:
        for kind, entry in chosen.items():
            if entry["tier"] == tier:
                rows.append([tier, entry["effort"] or "default", kind, described.get(kind, "")])
    return _write_table(["tier", "effort", "kind of work", "meaning"], rows)


def _show_agents(table: Table) -> str:
    rows = [
        [name, entry["tier"], entry["effort"] or "default"]
        for name, entry in table["agents"].items()
    ]
    return _write_table(["agent", "tier", "effort"], rows)


def _show_frontier(table: Table) -> str:
    only = table["frontier_only"]
    lines = [f"- {kind}: {KINDS.get(kind, 'your own kind')}" for kind in only["kinds"]]
    lines += [f"- paths that match `{glob}`" for glob in only["paths"]]
    if only["ambiguity"]:
        lines.append(f"- tasks with {only['ambiguity']['level']} ambiguity or more")
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
        conditions = [text.format(rule[key]) for key, text in words.items() if key in rule]
        lines.append(f"- {' and '.join(conditions)}: at least {rule['tier']}")
    return "\n".join(lines) or "No rule."


def _show_loop(table: Table) -> str:
    estimates = [estimate_step(table, step) for step in LOOP]
    rows = [
        [
            str(step.number),
            step.task,
            step.agent or "-",
            found.tier,
            _show_money(found.routed_usd),
            _money_span(found),
        ]
        for step, found in zip(LOOP, estimates, strict=True)
    ]
    total = add_rows(estimates)
    rows.append(
        [
            "",
            "**one feature**",
            "",
            "",
            f"**{_show_money(total.routed_usd)}**{_saving(total)}",
            f"**{_money_span(total)}**",
        ]
    )
    head = ["step", "task", "agent", "tier", "tiered", f"all on {table['ladder'][-1]}"]
    return _write_table(head, rows)


def _money_span(found: Row) -> str:
    low, high = _show_money(found.without_low_usd), _show_money(found.without_high_usd)
    return low if low == high else f"{low} to {high}"


def _saving(total: Row) -> str:
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


def _find_price(table: Table, model: str) -> dict[str, float]:
    facts = models.find_entry(model) or {}
    return {**facts.get("price", {}), **table["prices"].get(model, {})}


def _show_money(dollars: float | None) -> str:
    if dollars is None:
        return "?"
    if dollars and dollars < _ONE_CENT:
        return f"${dollars:.4f}"
    return f"${dollars:.2f}"


def _write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
