"""Subagents on a tier that nobody chose for them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tierwise.domain.kinds import AUTOMATED as CHECKS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range, price_elsewhere
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
from tierwise.report.rows import UNKNOWN, Row, find_height

_SOFT_MODES = ("advise", "shadow")
_LEAST_SESSIONS = 2  # one session on the top tier is no habit yet


def inherited_top(case: Case) -> CostFinding | None:
    """Find subagents that ran on the top tier or above without a decision: they inherited the session's model.

    The tier to compare with is the agent's in the policy where it is lower, else the policy's default.
    """
    default = str(case.table["default"])
    agents = case.table["agents"]
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    for row in case.rows:
        agent = row.record.agent
        named = agents.get(agent) or {}
        too_much = None
        if _inherits_top(case, row):
            too_much = _find_too_much(
                case,
                row,
                str(named.get("tier", default)),
            )
        if too_much is not None:
            found[agent].add_row(row, too_much)
    evidence = []
    tasks: dict[Patch, set[str]] = {}
    for agent, tally in found.items():
        spent = f"{count(tally.calls, 'call')} on the top tier, {money(tally.spent)}"
        evidence.append((tally.usd, f"{agent}: {spent}, {span(tally.usd)} too much"))
        if agent not in agents and agent != UNKNOWN:
            tasks[("agents", agent), default] = tally.tasks
    patch = keep_founded(tasks)
    fix = "Let the hook route every spawn (`tierwise install`, then `tierwise doctor`)"
    if patch:
        names = ", ".join(path[1] for path, _ in patch)
        fix += f"; give {names} a tier under `agents:`"
    return make_finding(
        "inherited-top-tier",
        "Subagents inherited the top tier",
        evidence,
        f"{fix}.",
        tuple(sorted(patch)),
    )


def _inherits_top(case: Case, row: Row) -> bool:
    """Return whether a subagent ran on the top tier or above, and nobody decided it."""
    if row.record.is_main or row.decision:
        return False
    return _find_height(case, row) >= len(case.ladder.names) - 1


def not_followed(case: Case) -> CostFinding | None:
    """Find decisions of the policy that were made and recorded, while the work ran on a more expensive tier."""
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    advised: set[str] = set()
    for row in case.rows:
        if row.record.is_main or not row.decision:
            continue
        tier = row.decision.tier
        if tier in (row.tier, AUTOMATED):
            continue
        too_much = _find_too_much(case, row, tier)
        if too_much is None:
            continue
        words = f"{row.record.agent}, {row.domain} work: decided {tier}, ran on {row.tier}"
        found[words].add_row(row, too_much)
        if row.decision.mode in _SOFT_MODES:
            advised |= row.task
    evidence = []
    for words, tally in found.items():
        tasks = count(len(tally.tasks), "task")
        evidence.append((tally.usd, f"{words} ({tasks}, {span(tally.usd)})"))
    fix = "Run `tierwise doctor`; then `tierwise audit`."
    if advised:
        fix = "Set `hooks: {mode: enforce}`; advice alone is ignored."
    return make_finding(
        "policy-not-followed",
        "The policy was not followed",
        evidence,
        fix,
        keep_founded({(("hooks", "mode"), "enforce"): advised}),
    )


def never_routed(case: Case) -> CostFinding | None:
    """Find kinds of work that were recognised and have no line under ``routes:``, so they took the default."""
    known = {
        UNKNOWN,
        *CHECKS,
        *case.table["routes"],
        *case.table["automated"],
    }
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    for row in case.rows:
        if row.domain not in known and _takes_default(row):
            below = _find_tier_below(case, row.tier)
            found[row.domain].add_row(
                row,
                _find_excess(case, row, below),
            )
    default = str(case.table["default"])
    suggested = _find_tier_below(case, default) or default
    evidence = []
    tasks: dict[Patch, set[str]] = {}
    for kind, tally in sorted(found.items()):
        spent = f"{count(len(tally.tasks), 'task')}, {money(tally.spent)}"
        evidence.append((tally.usd, f"{kind}: {spent} on the default tier"))
        tasks[("routes", kind), suggested] = tally.tasks
    return make_finding(
        "kind-never-routed",
        "Kinds of work without a route",
        evidence,
        f"Give them a line under `routes:`; {suggested} if a mistake would be caught, the top tier if not.",
        keep_founded(tasks),
    )


def _takes_default(row: Row) -> bool:
    """Return whether a subagent with a price was decided on, and nobody overrode that."""
    if row.record.is_main or row.cost is None or row.decision is None:
        return False
    return not row.decision.has_override


def no_routing(case: Case) -> CostFinding | None:
    """Find that nothing was ever decided: all subagents ran without the policy, or there were none and the top did it all."""
    if any(row.decision or not row.record.is_main for row in case.rows):
        return None  # with subagents, "inherited-top-tier" says it with names
    top = len(case.ladder.names) - 1
    below = _find_tier_below(case, case.ladder.top)
    found = EvidenceTally()
    for row in case.rows:
        if row.cost is None or _find_height(case, row) < top:
            return None
        found.add_row(row, _find_excess(case, row, below))
    sessions = {row.record.session for row in case.rows}
    if len(sessions) < _LEAST_SESSIONS:
        return None
    patch: tuple[Patch, ...] = ()
    if below:
        model = case.table["tiers"][below]["model"]
        patch = keep_founded({(("session", "model"), model): sessions})
    spent = f"{count(found.calls, 'call')}, {money(found.spent)}"
    return make_finding(
        "never-routed",
        "Everything ran on the top tier",
        [(Range(Decimal(0), found.usd.high), f"{spent}, none of it delegated to a subagent")],
        "Give routine work to subagents: `/light` and `/mid` do it by hand, `session: {model: …}` for all of it.",
        patch,
    )


def _find_excess(
    case: Case,
    row: Row,
    below: str | None,
) -> Range:
    """Return what a call cost too much beside the tier below; nothing where there is none."""
    if below is None:
        return Range()
    return _find_too_much(case, row, below) or Range()


def _find_too_much(
    case: Case,
    row: Row,
    tier: str,
) -> Range | None:
    """Return what a call cost more than it would have on a lower tier; None where the tier is not lower or has no price."""
    rank = case.ladder.rank(tier)
    if rank is None or rank < 0 or row.cost is None:
        return None
    steps = rank - _find_height(case, row)
    if steps >= 0:
        return None
    model = case.ladder.model_of(tier, row.record.model)
    there = price_elsewhere(
        row.calls,
        model,
        steps,
        case.prices,
    )
    if not there or there.low >= row.cost:
        return None
    return -there.less(row.cost)


def _find_height(case: Case, row: Row) -> int:
    height = find_height(row, case.ladder)
    if height is None:
        return -1
    return height


def _find_tier_below(case: Case, tier: str) -> str | None:
    rank = case.ladder.rank(tier)
    if not rank:
        return None
    return case.ladder.names[rank - 1]
