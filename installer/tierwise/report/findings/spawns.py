"""Subagents on a tier that nobody chose for them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tierwise.domain.kinds import AUTOMATED as CHECKS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range, price_elsewhere
from tierwise.report.findings.finding import (
    Case,
    Finding,
    Patch,
    count,
    keep_founded,
    list_most_expensive,
    money,
    span,
)
from tierwise.report.rows import UNKNOWN, Row

_SOFT_MODES = ("advise", "shadow")
_LEAST_SESSIONS = 2  # one session on the top tier is no habit yet


def inherited_top(case: Case) -> Finding | None:
    """Subagents that ran on the top tier or above without a decision: they inherited the session's model.

    The tier to compare with is the agent's in the policy where it is lower, else the policy's default.
    """
    costs: dict[str, Range] = defaultdict(Range)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    calls: dict[str, int] = defaultdict(int)
    tasks: dict[Patch, set[str]] = defaultdict(set)
    top = len(case.ladder.names) - 1
    for row in case.rows:
        if row.record.is_main or row.decision or row.cost is None or _find_height(case, row) < top:
            continue
        named = case.table["agents"].get(row.record.agent)
        tier = str(case.table["default"])
        if named:
            tier = str(named["tier"])
        too_much = _too_much(case, row, tier)
        if too_much is None:
            continue
        agent = row.record.agent
        costs[agent] += too_much
        spent[agent] += row.cost
        calls[agent] += len(row.calls.records)
        if not named and agent != UNKNOWN:
            tasks[("agents", agent), tier] |= row.task
    if not costs:
        return None
    patch = keep_founded(tasks)
    lines = {
        agent: (
            usd,
            f"{agent}: {count(calls[agent], 'call')} on the top tier, {money(spent[agent])}, {span(usd)} too much",
        )
        for agent, usd in costs.items()
    }
    fix = "Let the hook route every spawn (`tierwise install`, then `tierwise doctor`)"
    if patch:
        agents = ", ".join(path[1] for path, _ in patch)
        fix += f"; give {agents} a tier under `agents:`"
    return Finding(
        "inherited-top-tier",
        "Subagents inherited the top tier",
        sum(costs.values(), Range()),
        list_most_expensive(lines),
        f"{fix}.",
        tuple(sorted(patch)),
    )


def not_followed(case: Case) -> Finding | None:
    """Decisions of the policy that were made and recorded, while the work ran on a more expensive tier."""
    costs: dict[str, Range] = defaultdict(Range)
    counts: dict[str, set[str]] = defaultdict(set)
    advised: set[str] = set()
    for row in case.rows:
        if row.record.is_main or not row.decision or row.cost is None:
            continue
        tier = row.decision.tier
        if tier == row.tier or tier == AUTOMATED:
            continue
        too_much = _too_much(case, row, tier)
        if too_much is None:
            continue
        words = f"{row.record.agent}, {row.domain} work: decided {tier}, ran on {row.tier}"
        costs[words] += too_much
        counts[words] |= row.task
        if row.decision.mode in _SOFT_MODES:
            advised |= row.task
    if not costs:
        return None
    lines = {
        words: (usd, f"{words} ({count(len(counts[words]), 'task')}, {span(usd)})")
        for words, usd in costs.items()
    }
    fix = "Run `tierwise doctor`; then `tierwise audit`."
    if advised:
        fix = "Set `hooks: {mode: enforce}`; advice alone is ignored."
    return Finding(
        "policy-not-followed",
        "The policy was not followed",
        sum(costs.values(), Range()),
        list_most_expensive(lines),
        fix,
        keep_founded({(("hooks", "mode"), "enforce"): advised}),
    )


def never_routed(case: Case) -> Finding | None:
    """Kinds of work that were recognised and have no line under ``routes:``, so they took the default."""
    routes = case.table["routes"]
    costs: dict[str, Range] = defaultdict(Range)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    tasks: dict[str, set[str]] = defaultdict(set)
    for row in case.rows:
        kind = row.domain
        if row.record.is_main or not row.decision or row.cost is None or kind == UNKNOWN:
            continue
        if (
            kind in routes
            or kind in CHECKS
            or kind in case.table["automated"]
            or row.decision.has_override
        ):
            continue
        spent[kind] += row.cost
        tasks[kind] |= row.task
        below = _find_tier_below(case, row.tier)
        costs[kind] += _find_excess(case, row, below)
    if not spent:
        return None
    lines = {
        kind: (
            costs[kind],
            f"{kind}: {count(len(tasks[kind]), 'task')}, {money(spent[kind])} on the default tier",
        )
        for kind in spent
    }
    default = str(case.table["default"])
    suggested = _find_tier_below(case, default) or default
    return Finding(
        "kind-never-routed",
        "Kinds of work without a route",
        sum(costs.values(), Range()),
        list_most_expensive(lines),
        f"Give them a line under `routes:`; {suggested} if a mistake would be caught, the top tier if not.",
        keep_founded({(("routes", kind), suggested): tasks[kind] for kind in sorted(spent)}),
    )


def no_routing(case: Case) -> Finding | None:
    """Nothing was ever decided: all subagents ran without the policy, or there were none and the top did it all."""
    if any(row.decision or not row.record.is_main for row in case.rows):
        return None  # with subagents, "inherited-top-tier" says it with names
    top = len(case.ladder.names) - 1
    there = [row for row in case.rows if row.cost is not None and _find_height(case, row) >= top]
    costs = [row.cost for row in there if row.cost]
    spent = sum(costs, Decimal(0))
    sessions = {row.record.session for row in there}
    if not there or len(there) < len(case.rows) or len(sessions) < _LEAST_SESSIONS:
        return None
    below = _find_tier_below(case, case.ladder.top)
    calls = sum(len(row.calls.records) for row in there)
    excesses = [_find_excess(case, row, below) for row in there]
    saved = sum(excesses, Range())
    patch: tuple[Patch, ...] = ()
    if below:
        model = case.table["tiers"][below]["model"]
        patch = keep_founded({(("session", "model"), model): sessions})
    return Finding(
        "never-routed",
        "Everything ran on the top tier",
        Range(Decimal(0), saved.high),
        (f"{count(calls, 'call')}, {money(spent)}, none of it delegated to a subagent",),
        "Give routine work to subagents: `/light` and `/mid` do it by hand, `session: {model: …}` for all of it.",
        patch,
    )


def _find_excess(case: Case, row: Row, below: str | None) -> Range:
    """What a call cost too much beside the tier below; nothing where there is none."""
    if below is None:
        return Range()
    return _too_much(case, row, below) or Range()


def _too_much(case: Case, row: Row, tier: str) -> Range | None:
    """What a call cost more than it would have on a lower tier; None where the tier is not lower or has no price."""
    rank = case.ladder.rank(tier)
    if rank is None or rank < 0 or row.cost is None:
        return None
    steps = rank - _find_height(case, row)
    if steps >= 0:
        return None
    model = case.ladder.model_of(tier, row.record.model)
    there = price_elsewhere(row.calls, model, steps, case.prices)
    if not there or there.low >= row.cost:
        return None
    return Range(row.cost - there.high, row.cost - there.low)


def _find_height(case: Case, row: Row) -> int:
    height = case.ladder.height(row.record.model, row.record.effort, row.tier)
    if height is None:
        return -1
    return height


def _find_tier_below(case: Case, tier: str) -> str | None:
    rank = case.ladder.rank(tier)
    if not rank:
        return None
    return case.ladder.names[rank - 1]
