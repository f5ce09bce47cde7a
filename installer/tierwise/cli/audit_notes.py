"""What an audit says beside the spawns: forks with their cost, fallbacks, calls of workflows left as written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Any,
    NamedTuple,
    TypedDict,
)

from tierwise.domain.ledger_rows import read_amount, read_text
from tierwise.loose import list_texts
from tierwise.routing.audit import UNROUTABLE, AuditedSpawn
from tierwise.routing.audit_rerouted import Rerouted

if TYPE_CHECKING:
    from tierwise.pricing.prices import Prices


_WHY_REROUTED = (
    "what `tierwise doctor` names (variable, setting, plugin), or Claude Code's own routing"
)


class Unroutable(TypedDict):
    """Agents of one type that nothing can route.

    ``cost_usd`` is at list prices, from the counters of their transcripts, cache writes at the five-minute price; None
    where no price is known.
    """

    agent: str
    why: str
    spawns: int
    cost_usd: float | None


class Fallback(TypedDict):
    """Spawns of one agent that ran on another tier, as the model of their own was not to be had."""

    agent: str
    tier: str
    reason: str
    spawns: int


class Unread(TypedDict):
    """One workflow with calls that could not be read, and why."""

    workflow: str
    time: str
    tool_use_id: str
    reasons: list[str]


class AskedSummary(TypedDict):
    """What a small model said about unclear tasks (`routing.ask`).

    ``agreed``: answers of the local reading's kind; ``usd``: list price, in a session an estimate.
    """

    questions: int
    answers: int
    agreed: int
    usd: float


class Notes(NamedTuple):
    """What an audit tells beside the spawns."""

    unroutable: list[Unroutable]
    fallbacks: list[Fallback]
    rerouted: list[Rerouted]
    unread: list[Unread]
    turns: Sequence[Mapping[str, Any]]
    """Rows of the main conversation's turns."""
    asked: AskedSummary


def sum_questions(rows: Iterable[Mapping[str, Any]]) -> AskedSummary:
    """Count the questions among the ledger's rows, and what came of them."""
    asked = AskedSummary(questions=0, answers=0, agreed=0, usd=0.0)
    for row in rows:
        if row.get("row") != "ask":
            continue
        asked["questions"] += 1
        asked["usd"] += read_amount(row.get("usd")) or 0.0
        kind = row.get("kind")
        if kind:
            asked["answers"] += 1
            asked["agreed"] += kind == row.get("local_kind")
    return asked


def describe_questions(asked: AskedSummary) -> str:
    """Say in one line what came of the questions."""
    return (
        f"a small model was asked about {asked['questions']} unclear tasks (${asked['usd']:.4f}): "
        f"{asked['answers']} answers, {asked['agreed']} as the local reading; "
        "`tierwise outcomes --by asked` shows what became of them"
    )


def list_unroutable(
    spawns: Iterable[AuditedSpawn],
    prices: Prices,
) -> list[Unroutable]:
    """Return the spawns that nothing can route, by agent."""
    by_agent: dict[str, list[AuditedSpawn]] = defaultdict(list)
    for spawn in spawns:
        if spawn.outcome == "unroutable":
            by_agent[spawn.agent].append(spawn)
    return [
        Unroutable(
            agent=agent,
            why=UNROUTABLE[agent],
            spawns=len(found),
            cost_usd=_sum_costs(found, prices),
        )
        for agent, found in sorted(by_agent.items())
    ]


def list_fallbacks(spawns: Iterable[AuditedSpawn]) -> list[Fallback]:
    """Return the spawns whose tier fell back to another one, by agent and reason."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for spawn in spawns:
        reason = spawn.decision.get("fallback")
        if reason:
            tier = str(spawn.decision.get("tier"))
            counted[spawn.agent, tier, str(reason)] += 1
    return [
        Fallback(agent=agent, tier=tier, reason=reason, spawns=number)
        for (agent, tier, reason), number in sorted(counted.items())
    ]


def list_unread(rows: Iterable[Mapping[str, Any]]) -> list[Unread]:
    """Return the workflows with calls that were left as written."""
    return [
        Unread(
            workflow=read_text(row, "name"),
            time=read_text(row, "time"),
            tool_use_id=read_text(row, "tool_use_id"),
            reasons=list_texts(row.get("unread")),
        )
        for row in rows
        if row.get("row") == "workflow" and list_texts(row.get("unread"))
    ]


def describe_notes(notes: Notes) -> list[str]:
    """Return one line for each thing that is worth knowing of spawns, for people."""
    lines = []
    for one in notes.unroutable:
        cost = "at no known price"
        if one["cost_usd"] is not None:
            cost = f"about ${one['cost_usd']:.2f}"
        agent = f"{one['agent']}, {_count_runs(one['spawns'])}"
        lines.append(f"unroutable: {agent}, {cost}: {one['why']}; not in the share above")
    for other in notes.fallbacks:
        agent = f"{other['agent']}, {_count_runs(other['spawns'])}"
        lines.append(f"fallback: {agent} on {other['tier']}: {other['reason']}")
    for moved in notes.rerouted:
        agent = f"{moved['agent']}, {_count_runs(moved['spawns'])}"
        named = f"on {moved['served']} where the call says {moved['named']}"
        lines.append(f"rerouted: {agent} {named}: {_WHY_REROUTED}")
    for workflow in notes.unread:
        name = workflow["workflow"] or "without a name"
        reasons = "; ".join(workflow["reasons"])
        lines.append(f"left as written: workflow {name}, {workflow['time'][:19]}: {reasons}")
    return lines


def _count_runs(number: int) -> str:
    if number == 1:
        return "ran once"
    return f"ran {number} times"


def _sum_costs(
    spawns: Iterable[AuditedSpawn],
    prices: Prices,
) -> float | None:
    costs = [_price_spawn(spawn, prices) for spawn in spawns]
    known = [cost for cost in costs if cost is not None]
    if not known:
        return None
    total = sum(known, Decimal(0))
    return round(float(total), 4)


def _price_spawn(
    spawn: AuditedSpawn,
    prices: Prices,
) -> Decimal | None:
    """Return what one agent cost at list prices; None without tokens or without a price."""
    from tierwise.pricing.prices import price
    from tierwise.transcripts.merge import milliseconds
    from tierwise.transcripts.records import UsageRecord

    if not spawn.tokens or not spawn.served_model:
        return None
    record = UsageRecord(
        message_id="",
        session=spawn.session_id,
        model=spawn.served_model,
        timestamp=milliseconds(spawn.time),
        input_tokens=spawn.tokens.get("input_tokens", 0),
        output_tokens=spawn.tokens.get("output_tokens", 0),
        cache_write_5m_tokens=spawn.tokens.get("cache_creation_input_tokens", 0),
        cache_read_tokens=spawn.tokens.get("cache_read_input_tokens", 0),
    )
    return price(record, prices).cost
