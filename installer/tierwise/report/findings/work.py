"""Work that went the wrong way: checks done by a model, climbs that did not pay, judgements that repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from tierwise.domain.kinds import AUTOMATED as CHECKS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range
from tierwise.report.efficiency import TaskCalls, flag_of
from tierwise.report.findings.finding import (
    Case,
    CostFinding,
    EvidenceTally,
    Patch,
    count,
    keep_founded,
    make_finding,
    money,
    span,
)
from tierwise.report.rows import MAIN_DOMAIN, UNKNOWN, Row
from tierwise.report.totals import sum_costs

ENOUGH_RUNS = 5
"""Runs of one kind of work from which the policy may be changed for it: one failed run says little."""

AGAIN = 2
"""Judgements of one kind of work from which the policy should follow them."""

_COMMANDS = {
    "preflight": "tierwise preflight",
    "smoke": "tierwise smoke",
    "commit-check": "tierwise commit check",
}


def checks_by_a_model(case: Case) -> CostFinding | None:
    """Find deterministic checks that a subagent did: by the decision's kind, or one that a command should have done."""
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    for row in case.rows:
        if row.cost is not None and _is_check(row):
            tally = found[row.domain]
            tally.spent += row.cost
            tally.tasks.add(row.record.agent_id or row.record.session)
    evidence = []
    for kind, tally in found.items():
        words = f"{kind}: {count(len(tally.tasks), 'task')}, {money(tally.spent)}"
        usd = Range.exactly(tally.spent)
        evidence.append((usd, f"{words}, where a command costs nothing"))
    unknown = []
    commands: dict[Patch, set[str]] = {}
    for kind in sorted(found.keys() - case.table["automated"].keys()):
        if kind in _COMMANDS:
            commands[("automated", kind), _COMMANDS[kind]] = found[kind].tasks
        else:
            unknown.append(kind)
    fix = "Let commands do them: give each its command under `automated:`, and the hook refuses such spawns."
    if unknown:
        fix += f" Write your own command for {', '.join(unknown)}, such as `lint: ruff check .`."
    return make_finding(
        "checks-by-a-model",
        "Deterministic checks done by a model",
        evidence,
        fix,
        keep_founded(commands),
    )


def _is_check(row: Row) -> bool:
    if row.domain in CHECKS:
        return True
    return row.decision is not None and row.decision.tier == AUTOMATED


def retries_cost_more(case: Case) -> CostFinding | None:
    """Find kinds of work whose climbs cost more than starting on the top tier would have."""
    evidence = []
    names = []
    patch: list[Patch] = []
    for name, kind in case.cascade.kinds.items():
        spent, top = kind.compared.cost, kind.compared.top
        if not spent or spent <= top.high:
            continue
        lost = -kind.compared.saved
        took = f"{count(kind.total.attempts, 'attempt')} and {money(spent)}"
        runs = count(kind.total.runs, "run")
        evidence.append((lost, f"{name}: {runs} took {took}; {span(top)} on the top"))
        names.append(name)
        if name != UNKNOWN and kind.total.runs >= ENOUGH_RUNS:
            patch.append((("routes", name), case.ladder.top))
    return make_finding(
        "retries-cost-more",
        "Retries cost more than routing saved",
        evidence,
        f"Route {', '.join(sorted(names))} to {case.ladder.top}, or fix what its gates fail on.",
        tuple(sorted(patch)),
    )


def judged_too_high(case: Case) -> CostFinding | None:
    """Find kinds of work that people flagged as `cheaper` more than once: the route is a tier too high."""
    names = case.ladder.names
    evidence = []
    patch: list[Patch] = []
    for kind, tasks in sorted(_group_flagged(case, ("cheaper",)).items()):
        rank = min(task.rank for task in tasks)
        if rank <= 0:
            continue
        cost = sum_costs(tasks)
        words = f"{kind}: {count(len(tasks), 'task')} flagged `cheaper`, {money(cost)}"
        evidence.append((Range(Decimal(0), cost), words))
        patch.append((("routes", kind), names[min(rank, len(names)) - 1]))
    return make_finding(
        "judged-too-high",
        "Work that you judged could run cheaper",
        evidence,
        "Route these kinds one tier down.",
        tuple(patch),
    )


def judged_too_low(case: Case) -> CostFinding | None:
    """Find kinds of work that people flagged as `needed-frontier` or `wrong` more than once below the top tier."""
    top = case.ladder.top
    below = len(case.ladder.names) - 1
    evidence = []
    patch: list[Patch] = []
    flagged = _group_flagged(
        case,
        ("needed-frontier", "wrong"),
        below,
    )
    for kind, tasks in sorted(flagged.items()):
        cost = sum_costs(tasks)
        words = f"{kind}: {count(len(tasks), 'task')} were wrong or needed the top tier"
        evidence.append((Range.exactly(cost), words))
        patch.append((("routes", kind), top))
    return make_finding(
        "judged-too-low",
        "Work that you judged needs more",
        evidence,
        f"Route these kinds to {top}: work done twice saves nothing.",
        tuple(patch),
    )


def _group_flagged(
    case: Case,
    flags: Collection[str],
    below: int | None = None,
) -> dict[str, list[TaskCalls]]:
    """Return the tasks of a kind that have one of the flags, where it is said often enough.

    ``below`` is the rank from which on a task is none of them.
    """
    found: dict[str, list[TaskCalls]] = defaultdict(list)
    for task in case.tasks:
        if below is not None and task.rank >= below:
            continue
        if flag_of(task, case.flags) in flags and task.kind not in (UNKNOWN, MAIN_DOMAIN):
            found[task.kind].append(task)
    return {kind: tasks for kind, tasks in found.items() if len(tasks) >= AGAIN}
