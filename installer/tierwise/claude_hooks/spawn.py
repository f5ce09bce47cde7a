"""`PreToolUse` on an agent's call: decide, write the decision into the call, record it."""

from tierwise import ledger
from tierwise.claude_hooks import live
from tierwise.claude_hooks.fan_out import limit_fan_out
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.requested import Asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event

FORK = "fork"  # the agent type of a copy of the session itself
PROMPT_KEPT = 20_000  # characters of a prompt in the ledger, where the policy keeps prompts at all


def answer_spawn(event: "Event") -> "dict[str, Any]":
    """Tell what the hook prints for one spawn; empty to leave it alone."""
    if not event.is_spawn:
        return {}
    now = live.current(event.root)
    mode = mode_of(event.environ, now.table)
    if mode == "off":
        return {}
    policy, spared = live.spare_limits(event.root, now.table)
    asked = Asked(event, policy, mode)
    if asked.agent == FORK:
        record_fork(asked)
        return {}
    fault = f"tierwise: {now.fault} (the last valid policy stays in effect)" if now.news else ""
    row = record_spawn(asked)
    told = ""
    if mode != "shadow":
        told = live.tell_spared(event.root, spared, policy)
    news = "; ".join(line for line in (fault, told and f"tierwise: {told}") if line)
    return build_answer(asked, row, news)


def record_fork(asked: Asked) -> None:
    """Note a fork, which runs on its parent's model whatever is written: it never counts as routed."""
    event = asked.event
    if event.root is None:
        return
    row: dict[str, object] = {
        "row": "unroutable",
        "once": event.tool_use_id,
        "tool_use_id": event.tool_use_id,
        "session_id": event.session_id,
        "turn": event.turn,
        "by": event.by,
        "client": event.client,
        "agent": FORK,
        "transcript": event.transcript,
    }
    try:
        ledger.append_once(
            event.root,
            row,
            "once",
            size=ledger.size_of(asked.table),
        )
    except OSError as error:
        note_fault(event, error)


def record_spawn(asked: Asked) -> "dict[str, Any]":
    """Append the spawn's row; return it, or the row that another wiring of this hook has appended for the same call."""
    event = asked.event
    assigned = asked.assign()
    if event.root is None:
        return build_row(
            asked,
            assigned,
            asked.list_keys(assigned),
        )
    try:
        with ledger.Log(event.root, size=ledger.size_of(asked.table)) as log:
            if event.tool_use_id:
                known = log.recent(
                    row="decision",
                    tool_use_id=event.tool_use_id,
                )
                if known:
                    return known[-1]
            assigned = limit_fan_out(log, asked, assigned)
            if (asked.table.get("explore") or {}).get("share"):
                from tierwise.claude_hooks.explore import explore

                assigned = explore(event.root, asked, assigned)
            row = build_row(
                asked,
                assigned,
                asked.list_keys(assigned),
            )
            log.write(row)
            return row
    except OSError as error:
        note_fault(event, error)
        return build_row(
            asked,
            assigned,
            asked.list_keys(assigned),
        )


def note_fault(event: "Event", error: OSError) -> None:
    """Note a full disk, or a read-only folder: the work is routed, only not recorded."""
    from tierwise.claude_hooks import fault_log  # seldom needed

    fault_log.note(event.root, event.name, error)


def build_row(
    asked: Asked,
    assigned: "Placement",
    keys: "dict[str, str]",
) -> "dict[str, Any]":
    """Build the ledger's row, with what is written into the call; docs/ledger.md names its keys."""
    event = asked.event
    signals = asked.signals
    decision = asked.decision
    row: dict[str, Any] = {
        "row": "decision",
        "tool_use_id": event.tool_use_id,
        "session_id": event.session_id,
        "turn": event.turn,
        "time": event.find_once("time", ledger.now),
        "by": event.by,
        "client": event.client,
        "transcript": event.transcript,
        "mode": asked.mode,
        "policy": asked.table.get("policy") or "",
        "propensity": assigned.propensity,
        "explored": assigned.explored,
        "other_tier": assigned.other_tier,
        "agent": asked.agent,
        "task": asked.task,
        "likeness": asked.likeness,
        "kind": decision.kind,
        "scope": signals.scope,
        "ambiguity": signals.ambiguity,
        "complexity": decision.complexity,
        "features": [name for name, _ in signals.features],
        "background": signals.background,
        "tier": assigned.tier,
        "model": assigned.model,
        "effort": assigned.effort,
        "rule": assigned.pinned or decision.rule,
        "reasons": _list_reasons(asked, assigned),
        "confidence": decision.confidence,
        "asked": asked.list_named(),
        "override": asked.describe_override(assigned),
        "marked": asked.marked,
        "capped": assigned.capped,
        "denied": assigned.denied,
        "question": assigned.question,
        "fallback": assigned.fallback,
        "wrote": {},
    }
    _add_if_any(row, asked, assigned, keys)
    return row


def _add_if_any(
    row: "dict[str, Any]",
    asked: Asked,
    assigned: "Placement",
    keys: "dict[str, str]",
) -> None:
    """Add what only some rows have."""
    if asked.mode == "enforce" and not assigned.denied:
        row["wrote"] = keys
    if asked.mode == "advise":
        row["advised"] = keys
    if asked.decision.answered:
        row["answered"] = asked.decision.answered
    if (asked.table.get("hooks") or {}).get("record_prompts"):
        row["prompt"] = asked.text[:PROMPT_KEPT]


def _list_reasons(
    asked: Asked,
    assigned: "Placement",
) -> list[str]:
    if assigned.pinned:
        return [
            f"the owner's {assigned.pinned} says {assigned.model}, and no line of the policy names it"
        ]
    reasons = list(asked.decision.reasons)
    if assigned.explored:
        reasons.append(
            f"explored: by chance one tier {assigned.explored} from {asked.decision.tier} "
            f"(explore.share {assigned.propensity:g})"
        )
    return reasons


def build_answer(
    asked: Asked,
    row: "Mapping[str, Any]",
    news: str,
) -> "dict[str, Any]":
    """Tell what the hook prints for a spawn with this row; ``news`` is said to the person, too."""
    answer: dict[str, Any] = {}
    advice = ""
    if asked.mode == "enforce":
        output = _decide_call(asked, row)
        if output:
            answer["hookSpecificOutput"] = {"hookEventName": "PreToolUse", **output}
    elif asked.mode == "advise":
        advice = _write_advice(row)
    said = "; ".join(line for line in (news, advice) if line)
    if said:
        answer["systemMessage"] = said
    return answer


def _decide_call(
    asked: Asked,
    row: "Mapping[str, Any]",
) -> "dict[str, Any]":
    """Tell what becomes of the call itself: refused, changed, put to the person; empty where it stays."""
    if row["denied"]:
        return {"permissionDecision": "deny", "permissionDecisionReason": row["denied"]}
    output: dict[str, Any] = {}
    if row["wrote"]:
        output["updatedInput"] = {**asked.call, **row["wrote"]}
    if row.get("question"):
        output["permissionDecision"] = "ask"
        output["permissionDecisionReason"] = row["question"]
    return output


def _write_advice(row: "Mapping[str, Any]") -> str:
    advised = row.get("advised") or {}
    wanted = row["denied"] or " ".join(f"{key} {value}" for key, value in advised.items())
    if not wanted:
        return ""
    return f"tierwise advises for {row['agent']}: {wanted} ({row['rule']})"
