"""What became of a spawn: the events after the decision complete its record.

They answer nothing, unless the policy gates agents inside the session (see in_session.py).
"""

from tierwise import ledger
from tierwise.claude_hooks import in_session
from tierwise.claude_hooks.modes import mode_of
from tierwise.domain import table
from tierwise.transcripts import served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.domain.client_rows import (
        LaunchedRow,
        ServedRow,
        SessionRow,
        StartRow,
        StopRow,
    )
    from tierwise.domain.table_shape import Table

    OutcomeRow = StartRow | StopRow | ServedRow | LaunchedRow | SessionRow


def answer_outcome(event: "Event") -> "dict[str, Any]":
    """Record one event, and give it to the gates inside the session."""
    if event.root is None:
        return {}
    known = table.load(event.root) or table.load_default()
    mode = mode_of(event.environ, known)
    if mode == "off":
        return {}
    row = ROWS[event.name](event)
    if row is not None:
        row["session_id"], row["turn"] = event.session_id, event.turn
        ledger.append_once(
            event.root,
            row,
            "once",
            size=ledger.size_of(known),
        )
    if mode != "enforce":
        return {}
    return _run_gates(event, known)


def _run_gates(
    event: "Event",
    policy: "Table",
) -> "dict[str, Any]":
    """Tell what the gates inside the session say to this event."""
    root = event.root or ""
    if event.name == "SubagentStart":
        in_session.on_subagent_start(event.data, policy, root)
        return {}
    if event.name == "SubagentStop":
        return in_session.on_subagent_stop(event.data, policy, root) or {}
    if event.name != "PostToolUse" or event.is_workflow:
        return {}
    if not event.is_spawn:
        return in_session.on_edit(event.data, policy, root) or {}
    return _deliver_notes(event, root)


def _deliver_notes(
    event: "Event",
    root: str,
) -> "dict[str, Any]":
    """Tell what the main conversation has not been told yet; an agent's spawn is not its place."""
    if event.by:
        return {}
    notes = in_session.take_notes(root, event.session_id)
    if not notes:
        return {}
    return {"hookSpecificOutput": {"hookEventName": event.name, "additionalContext": notes}}


def _record_start(event: "Event") -> "StartRow":
    agent_id = event.text("agent_id")
    return {
        "row": "start",
        "once": agent_id,
        "agent_id": agent_id,
        "agent": event.text("agent_type"),
    }


def _record_stop(event: "Event") -> "StopRow":
    agent_id = event.text("agent_id")
    transcript = event.text("agent_transcript_path")
    last = event.text("last_assistant_message")
    found = served.read_agent(transcript)
    said = found.pop("text", "")
    row: StopRow = {
        "row": "stop",
        # An agent that a gate sent back stops again, with other last words.
        "once": f"{agent_id}/{ledger.fingerprint(event.root or '', last)}",
        "agent_id": agent_id,
        "tool_use_id": served.read_meta(transcript).get("toolUseId") or "",
        "agent": event.text("agent_type"),
        "run": served.find_run(transcript),
        "effort": event.object("effort").get("level"),
        "transcript": transcript,
        # The client may tell of the end before it has written the last line: readers then look again.
        "complete": bool(found) and last.strip() == said.strip(),
    }
    for name in ("model", "effort", "calls", "tokens"):
        if name in found:
            row[name] = found[name]
    return row


def _record_served(event: "Event") -> "ServedRow | LaunchedRow | None":
    reply = event.object("tool_response")
    if event.is_workflow:
        return {
            "row": "launched",
            "once": event.tool_use_id,
            "tool_use_id": event.tool_use_id,
            "run": reply.get("runId"),
        }
    if not event.is_spawn:
        return None
    return {
        "row": "served",
        "once": event.tool_use_id,
        "tool_use_id": event.tool_use_id,
        "agent_id": reply.get("agentId"),
        "status": reply.get("status"),
        "model": reply.get("resolvedModel"),
        # The reply's `usage` is that of the last call only; the sums come with the agent's stop.
        "total_tokens": reply.get("totalTokens"),
        "duration_ms": reply.get("totalDurationMs"),
    }


def _session_ended(event: "Event") -> "SessionRow":
    return {
        "row": "session",
        "once": f"{event.session_id}/end/{event.turn}",
        "what": "end",
        "reason": event.text("reason"),
        "transcript": event.transcript,
    }


ROWS: "dict[str, Callable[[Event], OutcomeRow | None]]" = {
    "SubagentStart": _record_start,
    "SubagentStop": _record_stop,
    "PostToolUse": _record_served,
    "SessionEnd": _session_ended,
}
