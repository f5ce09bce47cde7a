"""Work that went the wrong way: checks done by a model, climbs that did not pay, judgements that repeat."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tierwise.domain.kinds import AUTOMATED as CHECKS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range
from tierwise.report.efficiency import flag_of
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
from tierwise.report.rows import MAIN_DOMAIN, UNKNOWN

ENOUGH_RUNS = 5
"""Runs of one kind of work from which the policy may be changed for it: one failed run says little."""

AGAIN = 2
"""Judgements of one kind of work from which the policy should follow them."""

_COMMANDS = {
    "preflight": "tierwise preflight",
    "smoke": "tierwise smoke",
    "commit-check": "tierwise commit check",
}


def checks_by_a_model(case: Case) -> Finding | None:
    """Deterministic checks that a subagent did: by the decision's kind, or one that a command should have done."""
    usd: dict[str, Decimal] = defaultdict(Decimal)
    tasks: dict[str, set[str]] = defaultdict(set)
    for row in case.rows:
        check = row.domain in CHECKS or bool(row.decision and row.decision.tier == AUTOMATED)
        if row.cost is None or not check:
            continue
        usd[row.domain] += row.cost
        tasks[row.domain].add(row.record.agent_id or row.record.session)
    if not usd:
        return None
    lines = {
        kind: (
            Range(cost, cost),
            f"{kind}: {count(len(tasks[kind]), 'task')}, {money(cost)}, where a command costs nothing",
        )
        for kind, cost in usd.items()
    }
    missing = sorted(usd.keys() - case.table["automated"].keys())
    known = [kind for kind in missing if kind in _COMMANDS]
    left = [kind for kind in missing if kind not in _COMMANDS]
    fix = "Let commands do them: give each its command under `automated:`, and the hook refuses such spawns."
    if left:
        fix += f" Write your own command for {', '.join(left)}, such as `lint: ruff check .`."
    return Finding(
        "checks-by-a-model",
        "Deterministic checks done by a model",
        sum((cost for cost, _ in lines.values()), Range()),
        list_most_expensive(lines),
        fix,
        keep_founded({(("automated", kind), _COMMANDS[kind]): tasks[kind] for kind in known}),
    )


def retries_cost_more(case: Case) -> Finding | None:
    """Kinds of work whose climbs cost more than starting on the top tier would have."""
    lost: dict[str, tuple[Range, str]] = {}
    patch: list[Patch] = []
    for name, kind in case.cascade.kinds.items():
        if not kind.compared or kind.compared <= kind.top.high:
            continue
        usd = Range(kind.compared - kind.top.high, kind.compared - kind.top.low)
        tried = sum(found.attempts for found in kind.tiers.values())
        took = (
            f"{count(kind.runs, 'run')} took {count(tried, 'attempt')} and {money(kind.compared)}"
        )
        text = f"{name}: {took}; {span(kind.top)} on the top"
        lost[name] = usd, text
        if name != UNKNOWN and kind.runs >= ENOUGH_RUNS:
            patch.append((("routes", name), case.ladder.top))
    if not lost:
        return None
    return Finding(
        "retries-cost-more",
        "Retries cost more than routing saved",
        sum((cost for cost, _ in lost.values()), Range()),
        list_most_expensive(lost),
        f"Route {', '.join(sorted(lost))} to {case.ladder.top}, or fix what its gates fail on.",
        tuple(sorted(patch)),
    )


def judged_too_high(case: Case) -> Finding | None:
    """Kinds of work that people flagged as `cheaper` more than once: the route is a tier too high."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    ranks: dict[str, int] = {}
    for task in case.tasks:
        if flag_of(task, case.flags) != "cheaper" or task.kind in (UNKNOWN, MAIN_DOMAIN):
            continue
        costs[task.kind] += task.cost
        counts[task.kind] += 1
        ranks[task.kind] = min(task.rank, ranks.get(task.kind, task.rank))
    kinds = [kind for kind, number in counts.items() if number >= AGAIN and ranks[kind] > 0]
    if not kinds:
        return None
    lines = {
        kind: (
            Range(Decimal(0), costs[kind]),
            f"{kind}: {count(counts[kind], 'task')} flagged `cheaper`, {money(costs[kind])}",
        )
        for kind in kinds
    }
    return Finding(
        "judged-too-high",
        "Work that you judged could run cheaper",
        sum((cost for cost, _ in lines.values()), Range()),
        list_most_expensive(lines),
        "Route these kinds one tier down.",
        tuple(
            (("routes", kind), case.ladder.names[min(ranks[kind], len(case.ladder.names)) - 1])
            for kind in sorted(kinds)
        ),
    )


def judged_too_low(case: Case) -> Finding | None:
    """Kinds of work that people flagged as `needed-frontier` or `wrong` more than once below the top tier."""
    counts: dict[str, int] = defaultdict(int)
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for task in case.tasks:
        flag = flag_of(task, case.flags)
        low = task.rank < len(case.ladder.names) - 1
        if low and flag in ("needed-frontier", "wrong") and task.kind not in (UNKNOWN, MAIN_DOMAIN):
            counts[task.kind] += 1
            costs[task.kind] += task.cost
    kinds = sorted(kind for kind, number in counts.items() if number >= AGAIN)
    if not kinds:
        return None
    lines = {
        kind: (
            Range(costs[kind], costs[kind]),
            f"{kind}: {count(counts[kind], 'task')} were wrong or needed the top tier",
        )
        for kind in kinds
    }
    return Finding(
        "judged-too-low",
        "Work that you judged needs more",
        sum((cost for cost, _ in lines.values()), Range()),
        list_most_expensive(lines),
        f"Route these kinds to {case.ladder.top}: work done twice saves nothing.",
        tuple((("routes", kind), case.ladder.top) for kind in kinds),
    )
