"""The end of a main conversation's turn: the ledger's row, and what the next turn has to know.

Nobody waits for it, so it may load more than the hook that a turn waits for.
"""

import os

from tierwise.claude_hooks.turns.conversation import (
    FIVE_MINUTES,
    ONE_HOUR,
    PLAN_MODE,
    Memory,
    is_same,
    read_count,
)
from tierwise.claude_hooks.turns.costs import add_up_turn
from tierwise.files import open_regular
from tierwise.transcripts.hindsight import (
    adds_nothing,
    describe_did,
    finishes_task,
    is_stuck,
    label_tools,
)
from tierwise.transcripts.served import COUNTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.claude_hooks.turns.reported_tools import ReportedTool
    from tierwise.domain.client_rows import ServedCalls, TurnRow
    from tierwise.session.rules import Rules

_TAIL = 64 << 10
"""Bytes of a transcript in which the cache's lifetime is looked for."""

_HOUR_MARK = b'"ephemeral_1h_input_tokens":'


def describe_turn(
    event: "Event", memory: Memory, tools: "Sequence[ReportedTool]", routing: str, rules: "Rules"
) -> "TurnRow":
    """Return the row of a turn that is over, and note in the memory what came of it."""
    label = label_tools(
        tools,
        is_planning=memory.permission_mode == PLAN_MODE,
    )
    steps = _read_steps(event)
    is_aborted = event.data.get("is_aborted") is True
    _note_outcome(
        memory,
        tools,
        label,
        is_aborted,
    )
    _note_caches(event, memory, steps)
    _note_own_model(event, memory, rules)
    own = memory.model
    cost = add_up_turn(steps, memory, own, rules)
    own_usd = None
    if cost.own_low is not None:
        own_usd = [cost.own_low, cost.own_high]
    reason = memory.turn.get("reason")
    if memory.paused and not memory.turn.get("is_named"):
        routing = "paused"
        reason = memory.paused
    row: TurnRow = {
        "row": "turn",
        "once": event.text("turn_id"),
        "turn": event.text("turn_id"),
        "session_id": event.session_id,
        "client": event.client,
        "routing": routing,
        "tier": memory.turn.get("tier"),
        "kind": memory.turn.get("kind"),
        "reason": reason,
        "propensity": 1.0,  # a turn is never explored
        "label": label,
        "is_aborted": is_aborted,
        "fault": event.text("fault"),
        "calls": len(steps),
        "served": _sum_by_model(steps),
        "context_tokens": memory.context_tokens,
        "cost_usd": cost.cost,
        "own_model": own,
        "own_usd": own_usd,
    }
    answered = memory.turn.get("answered")
    if answered:
        row["answered"] = answered
    return row


def _note_own_model(
    event: "Event",
    memory: Memory,
    rules: "Rules",
) -> None:
    """Note the tier of a turn whose command brought a model of its own; it has won."""
    own = event.text("own_model")
    if not own:
        return
    tiers = [tier for tier in rules.ladder if is_same(rules.models[tier], own)]
    memory.turn["tier"] = "".join(tiers[:1])
    memory.turn["reason"] = "the command's own model"


def _note_outcome(
    memory: Memory,
    tools: "Sequence[ReportedTool]",
    label: str,
    is_aborted: bool,
) -> None:
    """Note what the next turn is to know of this one; what only looks after it leaves that as it is."""
    if memory.turn.get("goes_on") is True and adds_nothing(tools, label):
        return
    memory.last_turn = describe_did(label)
    is_finished = finishes_task(
        tools,
        label=label,
        is_interrupted=is_aborted,
    )
    memory.end_turn(
        label,
        is_finished or memory.turn.get("hands_over") is True,
    )
    memory.is_stuck = is_stuck(tools)


def _read_steps(event: "Event") -> "list[dict[str, Any]]":
    told = event.data.get("steps")
    if not isinstance(told, list):
        return []
    return [step for step in told if isinstance(step, dict) and step.get("model")]


def _note_caches(
    event: "Event",
    memory: Memory,
    steps: "Sequence[dict[str, Any]]",
) -> None:
    if not steps:
        return
    memory.lifetime = _find_lifetime(event.transcript) or memory.lifetime
    for step in steps:
        cached = read_count(step, "cache_read_input_tokens")
        cached += read_count(
            step,
            "cache_creation_input_tokens",
        )
        memory.note_cache(str(step["model"]), cached)
    last = steps[-1]
    memory.served = str(last["model"])
    memory.context_tokens = sum(read_count(last, name) for name in COUNTERS)


def _find_lifetime(transcript: str) -> int:
    """Return the lifetime of the cache entry that was written last; 0 where nothing tells."""
    try:
        with open_regular(transcript) as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - _TAIL))
            text = handle.read()
    except (OSError, ValueError):
        return 0
    for part in reversed(text.split(_HOUR_MARK)[1:]):
        if part[:1] not in b"0 ":
            return ONE_HOUR
    if b'"ephemeral_5m_input_tokens":' in text:
        return FIVE_MINUTES
    return 0


def _sum_by_model(steps: "Sequence[dict[str, Any]]") -> "list[ServedCalls]":
    """Return the API's counters by model and effort, in order of first use."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for step in steps:
        key = str(step["model"]), str(step.get("effort") or "")
        counts = sums.setdefault(
            key,
            dict.fromkeys(("calls", *COUNTERS), 0),
        )
        counts["calls"] += 1
        for name in COUNTERS:
            counts[name] += read_count(step, name)
    return [
        {
            "model": model,
            "effort": effort,
            "calls": counts["calls"],
            "input_tokens": counts["input_tokens"],
            "output_tokens": counts["output_tokens"],
            "cache_creation_input_tokens": counts["cache_creation_input_tokens"],
            "cache_read_input_tokens": counts["cache_read_input_tokens"],
        }
        for (model, effort), counts in sums.items()
    ]
