"""How hard the model thought: effort above the policy's, and thinking out of proportion."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tierwise.domain import models
from tierwise.domain.kinds import EFFORTS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range
from tierwise.report.findings.finding import (
    Case,
    CostFinding,
    EvidenceTally,
    Patch,
    count,
    keep_founded,
    make_finding,
    money,
)
from tierwise.report.rows import UNKNOWN, Row
from tierwise.transcripts.records import UsageRecord

_LEAST_AGENTS = 2  # with one alone there is nothing to compare with
EXPLODING = 4
"""Times the usual thinking a call, from which it counts as exploding."""
_WORTH_THINKING = 4_000
"""Mean thinking tokens a call below which nobody needs to look."""

Thinking = list[tuple[UsageRecord, Row]]
"""An agent's calls that thought, each with its row."""


def above_the_need(case: Case) -> CostFinding | None:
    """Find calls at a higher effort than the policy gives their kind of work or their agent.

    What it cost: by the client's own index of cost by effort on the same model; models without one are left out.
    """
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    tasks: dict[Patch, set[str]] = defaultdict(set)
    for row in case.rows:
        want = _find_wanted_effort(case, row)
        saved = _find_saved(row, want)
        if saved is None:
            continue
        agent = row.record.agent
        words = f"{agent}, {row.domain} work: {row.record.effort} where the policy says {want}"
        found[words].add_row(row, Range.exactly(saved))
        if row.record.is_main:
            tasks[("session", "effort"), want].add(row.record.session)
            continue
        tier = _tier_for(case, row)
        if tier and agent not in case.table["agents"]:
            tasks[_write_line(agent, tier, want)] |= row.task
    evidence = []
    for words, tally in found.items():
        calls = count(tally.calls, "call")
        evidence.append((tally.usd, f"{words} ({calls}, {money(tally.usd.high)})"))
    patch: tuple[Patch, ...] = ()
    paths = {path for path, _ in tasks}
    if len(paths) == len(tasks):
        patch = keep_founded(tasks)
    return make_finding(
        "effort-above-need",
        "Effort above what the work needs",
        evidence,
        "Set the effort with the tier: `{tier: …, effort: …}`; CLAUDE_CODE_EFFORT_LEVEL beats it, so unset that.",
        patch,
    )


def _find_saved(row: Row, want: str) -> Decimal | None:
    """Return what a lower effort would have saved; None where it is not lower, or nobody knows."""
    ran = row.record.effort
    if row.cost is None or not _is_higher(ran, want):
        return None
    share = _find_saved_share(row.record.model, ran, want)
    if share is None:
        return None
    return row.cost * share


def _is_higher(ran: str, want: str) -> bool:
    if ran not in EFFORTS or want not in EFFORTS:
        return False
    return EFFORTS.index(ran) > EFFORTS.index(want)


def _find_saved_share(
    model: str,
    ran: str,
    want: str,
) -> Decimal | None:
    """Return the share of a call's cost that the lower effort saves; None where the client has no index of both."""
    facts = models.find_entry(model) or {}
    index = facts.get("effort_cost_index") or {}
    if want not in index or ran not in index:
        return None
    wanted = Decimal(str(index[want]))
    return 1 - wanted / Decimal(str(index[ran]))


def _write_line(
    agent: str,
    tier: str,
    effort: str,
) -> Patch:
    return ("agents", agent), f"{{tier: {tier}, effort: {effort}}}"


def exploding_thinking(case: Case) -> CostFinding | None:
    """Find agents that think many times as much a call as is usual in this window.

    What it cost: their thinking beyond the usual, at the price of output.
    """
    groups = _group_thinking(case)
    means = {agent: _mean_thinking(calls) for agent, calls in groups.items()}
    if len(means) < _LEAST_AGENTS:
        return None
    evidence = []
    tasks: dict[Patch, set[str]] = {}
    for agent, mean in means.items():
        usual = _find_usual(means, agent)
        if mean < _WORTH_THINKING or mean < EXPLODING * usual:
            continue
        calls = groups[agent]
        cost = sum(
            (_price_beyond(case, call, usual) for call, _ in calls),
            Decimal(0),
        )
        thought = f"{mean:,.0f} thinking tokens a call over {count(len(calls), 'call')}"
        text = f"{agent}: {thought}, others {usual:,.0f}; {money(cost)} beyond that"
        evidence.append((Range.exactly(cost), text))
        line = _suggest_lower(case, calls)
        if line:
            tasks[line] = {task for _, row in calls for task in row.task}
    return make_finding(
        "thinking-explodes",
        "Thinking out of proportion",
        evidence,
        "Lower the effort of these agents by one step, or split their tasks.",
        keep_founded(tasks),
    )


def _group_thinking(case: Case) -> dict[str, Thinking]:
    """Return the calls that thought, each with its row, by agent."""
    groups: dict[str, Thinking] = defaultdict(list)
    for row in case.rows:
        if row.cost is None or row.record.kind != "message":
            continue
        for call in row.calls.records:
            if call.thinking_tokens:
                groups[row.record.agent].append((call, row))
    return groups


def _mean_thinking(calls: Thinking) -> float:
    return sum(call.thinking_tokens for call, _ in calls) / len(calls)


def _find_usual(means: dict[str, float], agent: str) -> float:
    """Return the median of the other agents' means."""
    from statistics import median  # takes longer to load than most findings

    return median(mean for name, mean in means.items() if name != agent)


def _suggest_lower(case: Case, calls: Thinking) -> Patch | None:
    """Return the line that lowers an agent's effort by one step; None where the policy cannot or already does."""
    last, row = max(calls, key=lambda item: item[0].timestamp)
    agent = row.record.agent
    lower = _find_lower(last.effort)
    tier = _tier_for(case, row)
    if not lower or not tier or last.is_main or _policy_says(case, agent, lower):
        return None
    return _write_line(agent, tier, lower)


def _find_wanted_effort(case: Case, row: Row) -> str:
    if row.record.is_main:
        return str(case.table["session"].get("effort") or "")
    if row.decision and row.decision.tier == AUTOMATED:
        return ""
    if row.decision:
        return row.decision.effort
    choice = case.table["agents"].get(row.record.agent) or {}
    return str(choice.get("effort") or "")


def _tier_for(case: Case, row: Row) -> str | None:
    """Return the tier that a line of the policy for a row's agent may state, so that only its effort changes.

    The agent's own; else the one that every decision gave it; undecided, the default or the lower one it ran on.
    None where its decisions differ, because one line for all its work would undo them.
    """
    agent = row.record.agent
    named = case.table["agents"].get(agent)
    if named:
        return str(named["tier"])
    decided = {_find_decided(other) for other in case.rows if other.record.agent == agent}
    decided.discard(AUTOMATED)
    if len(decided) != 1 or agent == UNKNOWN:
        return None
    return decided.pop() or _lower_of(case, row.tier, str(case.table["default"]))


def _find_decided(row: Row) -> str:
    if row.decision is None:
        return ""
    return row.decision.tier


def _lower_of(
    case: Case,
    tier: str,
    default: str,
) -> str:
    """Return the tier where it is below the default, else the default."""
    rank = case.ladder.rank(tier)
    default_rank = case.ladder.rank(default)
    if rank is not None and default_rank is not None and rank < default_rank:
        return tier
    return default


def _policy_says(
    case: Case,
    agent: str,
    effort: str,
) -> bool:
    """Return whether the policy already gives an agent that effort or less."""
    choice = case.table["agents"].get(agent) or {}
    said = str(choice.get("effort") or "")
    return said in EFFORTS and not _is_higher(said, effort)


def _price_beyond(
    case: Case,
    call: UsageRecord,
    usual: float,
) -> Decimal:
    rates = case.prices.rates(
        call.model,
        call.timestamp,
        call.fast,
    )
    over = call.thinking_tokens - usual
    if not rates or over <= 0:
        return Decimal(0)
    return Decimal(int(over)) * (rates.tokens[1] or 0) / 1_000_000


def _find_lower(effort: str) -> str | None:
    if effort not in EFFORTS[1:]:
        return None
    return EFFORTS[EFFORTS.index(effort) - 1]
