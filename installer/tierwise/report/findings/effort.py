"""How hard the model thought: effort above the policy's, and thinking out of proportion."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from statistics import median

from tierwise.domain import models
from tierwise.domain.kinds import EFFORTS
from tierwise.domain.ladder import AUTOMATED
from tierwise.pricing.elsewhere import Range
from tierwise.report.findings.finding import (
    Case,
    Finding,
    Patch,
    count,
    keep_founded,
    list_most_expensive,
    money,
)
from tierwise.report.rows import UNKNOWN, Row
from tierwise.transcripts.records import UsageRecord

_LEAST_AGENTS = 2  # with one alone there is nothing to compare with
EXPLODING = 4
"""Times the usual thinking a call, from which it counts as exploding."""
_WORTH_THINKING = 4_000
"""Mean thinking tokens a call below which nobody needs to look."""


def above_the_need(case: Case) -> Finding | None:
    """Calls at a higher effort than the policy gives their kind of work or their agent.

    What it cost: by the client's own index of cost by effort on the same model; models without one are left out.
    """
    usd: dict[str, Range] = defaultdict(Range)
    calls: dict[str, int] = defaultdict(int)
    tasks: dict[Patch, set[str]] = defaultdict(set)
    for row in case.rows:
        want, ran = _find_wanted_effort(case, row), row.record.effort
        if (
            row.cost is None
            or want not in EFFORTS
            or ran not in EFFORTS
            or EFFORTS.index(ran) <= EFFORTS.index(want)
        ):
            continue
        index = (models.find_entry(row.record.model) or {}).get("effort_cost_index") or {}
        if want not in index or ran not in index:
            continue
        saved = row.cost * (1 - Decimal(str(index[want])) / Decimal(str(index[ran])))
        words = f"{row.record.agent}, {row.domain} work: {ran} where the policy says {want}"
        usd[words] += Range(saved, saved)
        calls[words] += len(row.calls.records)
        tier = (
            None
            if row.record.is_main or row.record.agent in case.table["agents"]
            else _tier_for(case, row)
        )
        agent: Patch = (("agents", row.record.agent), f"{{tier: {tier}, effort: {want}}}")
        if tier:
            tasks[agent] |= row.task
        if row.record.is_main:
            tasks[("session", "effort"), want].add(row.record.session)
    if not usd:
        return None
    lines = {
        words: (cost, f"{words} ({count(calls[words], 'call')}, {money(cost.high)})")
        for words, cost in usd.items()
    }
    return Finding(
        "effort-above-need",
        "Effort above what the work needs",
        sum(usd.values(), Range()),
        list_most_expensive(lines),
        "Set the effort with the tier: `{tier: …, effort: …}`; CLAUDE_CODE_EFFORT_LEVEL beats it, so unset that.",
        keep_founded(tasks) if len({path for path, _ in tasks}) == len(tasks) else (),
    )


def exploding_thinking(case: Case) -> Finding | None:
    """Agents that think many times as much a call as is usual in this window.

    What it cost: their thinking beyond the usual, at the price of output.
    """
    groups: dict[str, list[tuple[UsageRecord, Row]]] = defaultdict(list)
    for row in case.rows:
        if row.cost is not None and row.record.kind == "message":
            groups[row.record.agent] += [
                (call, row) for call in row.calls.records if call.thinking_tokens
            ]
    means = {
        agent: sum(call.thinking_tokens for call, _ in calls) / len(calls)
        for agent, calls in groups.items()
        if calls
    }
    if len(means) < _LEAST_AGENTS:
        return None
    usd: dict[str, tuple[Range, str]] = {}
    tasks: dict[Patch, set[str]] = {}
    for agent, mean in means.items():
        usual = median(value for name, value in means.items() if name != agent)
        if mean < _WORTH_THINKING or mean < EXPLODING * usual:
            continue
        cost = sum((_price_beyond(case, call, usual) for call, _ in groups[agent]), Decimal(0))
        text = f"{agent}: {mean:,.0f} thinking tokens a call over {count(len(groups[agent]), 'call')}, others {usual:,.0f}"
        usd[agent] = Range(cost, cost), f"{text}; {money(cost)} beyond that"
        last, row = max(groups[agent], key=lambda item: item[0].timestamp)
        lower, tier = _find_lower(last.effort), _tier_for(case, row)
        if lower and tier and not last.is_main and not _policy_says(case, agent, lower):
            line = ("agents", agent), f"{{tier: {tier}, effort: {lower}}}"
            tasks[line] = {task for _, other in groups[agent] for task in other.task}
    if not usd:
        return None
    return Finding(
        "thinking-explodes",
        "Thinking out of proportion",
        sum((cost for cost, _ in usd.values()), Range()),
        list_most_expensive(usd),
        "Lower the effort of these agents by one step, or split their tasks.",
        keep_founded(tasks),
    )


def _find_wanted_effort(case: Case, row: Row) -> str:
    if row.record.is_main:
        return str(case.table["session"].get("effort") or "")
    if row.decision:
        return "" if row.decision.tier == AUTOMATED else row.decision.effort
    choice = case.table["agents"].get(row.record.agent)
    return str(choice.get("effort") or "") if choice else ""


def _tier_for(case: Case, row: Row) -> str | None:
    """The tier that a line of the policy for a row's agent may state, so that only its effort changes.

    The agent's own; else the one that every decision gave it; undecided, the default or the lower one it ran on.
    None where its decisions differ, because one line for all its work would undo them.
    """
    agent = row.record.agent
    named = case.table["agents"].get(agent)
    if named:
        return str(named["tier"])
    decided = {
        other.decision.tier if other.decision else ""
        for other in case.rows
        if other.record.agent == agent
    } - {AUTOMATED}
    if len(decided) != 1 or agent == UNKNOWN:
        return None
    ran, default = case.ladder.rank(row.tier), case.ladder.rank(str(case.table["default"]))
    undecided = (
        row.tier
        if ran is not None and default is not None and ran < default
        else str(case.table["default"])
    )
    return decided.pop() or undecided


def _policy_says(case: Case, agent: str, effort: str) -> bool:
    """Whether the policy already gives an agent that effort or less."""
    said = str((case.table["agents"].get(agent) or {}).get("effort") or "")
    return said in EFFORTS and EFFORTS.index(said) <= EFFORTS.index(effort)


def _price_beyond(case: Case, call: UsageRecord, usual: float) -> Decimal:
    rates = case.prices.rates(call.model, call.timestamp, call.fast)
    over = call.thinking_tokens - usual
    return (
        Decimal(int(over)) * (rates.tokens[1] or 0) / 1_000_000
        if rates and over > 0
        else Decimal(0)
    )


def _find_lower(effort: str) -> str | None:
    return EFFORTS[EFFORTS.index(effort) - 1] if effort in EFFORTS[1:] else None
