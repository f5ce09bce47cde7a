"""`PreToolUse` on an agent's call: decide, write the decision into the call, record it."""

from tierwise import ledger
from tierwise.route import agent_file, enforce, fault_log, live, marks
from tierwise.route.decide import decide
from tierwise.route.enforce import Placement
from tierwise.route.modes import mode_of
from tierwise.route.signals import read_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.route.decision import Decision
    from tierwise.route.event import Event
    from tierwise.route.signals import Signals

DEFAULT_AGENT = "general-purpose"  # what the client spawns for a call without a type
PROMPT_KEPT = 20_000  # characters of a prompt in the ledger, where the policy keeps prompts at all


def answer_spawn(event: "Event") -> "dict[str, Any]":
    """What the hook prints for one spawn; empty to leave it alone."""
    if not event.is_spawn:
        return {}
    now = live.current(event.root)
    mode = mode_of(event.environ, now.table)
    if mode == "off":
        return {}
    call = event.object("tool_input")
    agent = _agent(call)
    signals = read_signals(
        _task(call),
        agent_file.policy_name(agent, now.table["agents"]),
        (),
        {"background": call.get("run_in_background") if isinstance(call.get("run_in_background"), bool) else None},
    )
    decision = decide(signals, now.table)
    placed = enforce.place(call, decision, now.table)
    marked = _marked(event, call)
    placed = enforce.tiers_up(placed, marked, now.table)
    pinned = agent_file.pinned_model(event.root, agent) if event.root else ""
    row = _recorded(event, now.table, mode, call, signals, decision, placed, pinned, marked)
    return _answer(call, row, mode, f"tierwise: {now.fault} (the last good policy stands)" if now.news else "")


def _agent(call: "dict[str, Any]") -> str:
    named = call.get("subagent_type")
    return named if isinstance(named, str) and named else DEFAULT_AGENT


def _task(call: "dict[str, Any]") -> str:
    return "\n".join(value for key in ("description", "prompt") if isinstance(value := call.get(key), str))


def _marked(event: "Event", call: "dict[str, Any]") -> int:
    """How many tiers up this very task was sent, by a failed gate or by a person."""
    if event.root is None or not marks.any_marks(event.root):
        return 0
    try:
        return marks.marked_up(event.root, ledger.fingerprint(event.root, _task(call)))
    except OSError:
        return 0


def _recorded(
    event: "Event",
    table: "dict[str, Any]",
    mode: str,
    call: "dict[str, Any]",
    signals: "Signals",
    decision: "Decision",
    placed: Placement,
    pinned: str,
    marked: int,
) -> "dict[str, Any]":
    """The spawn's row, appended; or the row that another wiring of this hook has appended for the same call."""

    def make(final: Placement) -> "dict[str, Any]":
        return {**_row(event, table, mode, call, signals, decision, final, pinned), "marked": marked}

    if event.root is None:
        return make(placed)
    try:
        with ledger.Log(event.root, size=ledger.size_of(table)) as log:
            if event.tool_use_id:
                known = log.recent(row="decision", tool_use_id=event.tool_use_id)
                if known:
                    return dict(known[-1])
            row = make(_guarded(log, event, table, placed, decision))
            log.write(row)
            return row
    except OSError as error:  # a full disk or a read-only folder: the spawn is routed, only not recorded
        fault_log.note(event.root, event.name, error)
        return make(placed)


def _guarded(
    log: "ledger.Log", event: "Event", table: "dict[str, Any]", placed: Placement, decision: "Decision"
) -> Placement:
    """The fan-out guard: beyond so many top-tier spawns in one turn, a tier down or refused."""
    guard = (table.get("hooks") or {}).get("fan_out") or {}
    top = table["ladder"][-1]
    if not guard.get("limit") or placed.tier != top or placed.denied:
        return placed
    earlier = log.recent(row="decision", turn=event.turn, tier=top)
    if sum(1 for row in earlier if not row.get("denied")) < guard["limit"]:
        return placed
    if guard.get("then") == "deny":
        placed.denied = (
            f"{guard['limit']} agents have run on {top} in this turn, the policy's limit (hooks.fan_out). "
            "Do this with what they found, or wait for the next turn."
        )
        return placed
    return enforce.one_tier_down(placed, decision.floor, table) or placed


def _row(
    event: "Event",
    table: "dict[str, Any]",
    mode: str,
    call: "dict[str, Any]",
    signals: "Signals",
    decision: "Decision",
    placed: Placement,
    pinned: str,
) -> "dict[str, Any]":
    keys = enforce.written(call, placed, pinned)
    row: dict[str, Any] = {
        "row": "decision",
        "tool_use_id": event.tool_use_id,
        "session_id": event.session_id,
        "turn": event.turn,
        "time": ledger.now(),
        "by": event.by,
        "client": event.client,
        "transcript": event.transcript,
        "mode": mode,
        "agent": _agent(call),
        "task": ledger.fingerprint(event.root, _task(call)) if event.root else "",
        "kind": decision.kind,
        "scope": signals.scope,
        "ambiguity": signals.ambiguity,
        "complexity": decision.complexity,
        "features": [name for name, _ in signals.features],
        "background": signals.background,
        "tier": placed.tier,
        "model": placed.model,
        "effort": placed.effort,
        "rule": decision.rule,
        "reasons": list(decision.reasons),
        "confidence": decision.confidence,
        "asked": {key: call[key] for key in ("model", "effort") if isinstance(call.get(key), str)},
        "override": _override(event, call, decision, placed),
        "capped": placed.capped,
        "denied": placed.denied,
        "wrote": keys if mode == "enforce" and not placed.denied else {},
    }
    if mode == "advise":
        row["advised"] = keys
    if (table.get("hooks") or {}).get("record_prompts"):
        row["prompt"] = _task(call)[:PROMPT_KEPT]
    return row


def _override(
    event: "Event", call: "dict[str, Any]", decision: "Decision", placed: Placement
) -> "dict[str, object] | None":
    """Who went past the policy's own answer, with what, and why; None where nobody did."""
    why = call.get("description") if isinstance(call.get("description"), str) else ""
    who = event.by or "main"
    if placed.override:
        return {"who": who, "how": "model", **placed.override, "why": why}
    if decision.override:
        return {"who": who, "how": "[tier: …]", "asked": decision.tier, "kept": True, "why": why,
                "below_floor": decision.below_floor}  # fmt: skip
    return None


def _answer(call: "dict[str, Any]", row: "dict[str, Any]", mode: str, news: str) -> "dict[str, Any]":
    answer: dict[str, Any] = {}
    advice = ""
    if mode == "enforce" and row["denied"]:
        answer["hookSpecificOutput"] = {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": row["denied"],
        }
    elif mode == "enforce" and row["wrote"]:
        answer["hookSpecificOutput"] = {"hookEventName": "PreToolUse", "updatedInput": {**call, **row["wrote"]}}
    elif mode == "advise":
        wanted = row["denied"] or " ".join(f"{key} {value}" for key, value in (row.get("advised") or {}).items())
        advice = f"tierwise advises for {row['agent']}: {wanted} ({row['rule']})" if wanted else ""
    said = "; ".join(line for line in (news, advice) if line)
    if said:
        answer["systemMessage"] = said
    return answer
