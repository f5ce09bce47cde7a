"""`PreToolUse` on a workflow: each `agent()` of its script is decided like any spawn, and the script says so.

The client runs a workflow's agents without a call of the Agent tool, so this is the one moment to route them.
"""

from tierwise import ledger
from tierwise.claude_hooks import (
    fan_out,
    live,
    workflow_limits,
)
from tierwise.claude_hooks.agent_calls import Calls, rewrite
from tierwise.claude_hooks.javascript import UnreadableError
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.spawn import build_row, note_fault
from tierwise.claude_hooks.workflow_site import (
    Site,
    decide_call,
)
from tierwise.claude_hooks.workflow_source import find_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.claude_hooks.workflow_source import ScriptSource
    from tierwise.domain.table_shape import Table


MANY = 10  # agents that an open-ended call is taken to start at the most, in the estimate


def answer_workflow(event: "Event") -> "dict[str, Any]":
    """Tell what the hook prints for one workflow; empty to leave it alone."""
    now = live.current(event.root)
    mode = mode_of(event.environ, now.table)
    if mode == "off":
        return {}
    policy, spared = live.spare_limits(event.root, now.table)
    row = _begin_row(event, mode)
    if mode != "shadow":
        told = live.tell_spared(event.root, spared, policy)
        row["spared"] = told and f"tierwise: {told}"
    source = find_script(event)
    calls = _read_calls(source, row)
    sites = _decide_calls(calls, event, policy, mode)
    _record_workflow(event, policy, row, sites)
    answer = _describe_fan_out(mode, row, policy)
    edits = [edit for site in sites for edit in site.call.plan_edits(site.options())]
    if edits and mode == "enforce" and not row["denied"]:
        output = answer.setdefault(
            "hookSpecificOutput",
            {"hookEventName": event.name},
        )
        output["updatedInput"] = _replace_script(
            event,
            rewrite(source.text, edits),
        )
    return answer


def _read_calls(
    source: "ScriptSource",
    row: "dict[str, Any]",
) -> "Calls | None":
    """Read the `agent()` calls of a script; None where it cannot be read, and ``row`` says why."""
    if source.fault:
        row["unread"] = [source.fault]
        return None
    try:
        calls = Calls(source.text)
    except UnreadableError as error:
        row["unread"] = [f"the script cannot be read ({error})"]
        return None
    row["name"] = calls.read_meta("name")
    row["unread"] = calls.unread
    obstacle = workflow_limits.find_obstacle(source, calls)
    if obstacle and calls.found and row["mode"] == "enforce":
        row["unread"] = [obstacle]
        return None
    return calls


def _decide_calls(
    calls: "Calls | None", event: "Event", policy: "Table", mode: str
) -> "list[Site]":
    if calls is None:
        return []
    numbers = range(len(calls.found))
    return [decide_call(event, policy, mode, calls, number) for number in numbers]


def _replace_script(
    event: "Event",
    script: str,
) -> "dict[str, Any]":
    """Return the workflow's call with another script, however it named its own."""
    changed = {**event.object("tool_input"), "script": script}
    changed.pop("name", None)
    changed.pop("scriptPath", None)
    return changed


def _begin_row(event: "Event", mode: str) -> "dict[str, Any]":
    return {
        "row": "workflow",
        "tool_use_id": event.tool_use_id,
        "session_id": event.session_id,
        "turn": event.turn,
        "time": event.find_once("time", ledger.now),
        "client": event.client,
        "transcript": event.transcript,
        "mode": mode,
        "name": "",
        "unread": [],
        "denied": "",
        "question": "",
        "spared": "",
    }


def _record_workflow(
    event: "Event", table: "Table", row: "dict[str, Any]", sites: "list[Site]"
) -> None:
    """Hold the fan-out to the policy, then append the workflow's row and one for each call, once."""
    if event.root is None:
        _add_totals(row, sites, table)
        return
    try:
        with ledger.Log(event.root, size=ledger.size_of(table)) as log:
            fan_out.guard_workflow(
                log,
                event,
                table,
                sites,
                row,
            )
            _add_totals(row, sites, table)
            if event.tool_use_id and log.recent(row="workflow", tool_use_id=event.tool_use_id):
                return
            log.write_rows([row, *(_site_row(site, row) for site in sites)])
    except OSError as error:
        note_fault(event, error)
        _add_totals(row, sites, table)


def _site_row(
    site: Site,
    row: "Mapping[str, Any]",
) -> "dict[str, Any]":
    call = site.call
    site.assigned.denied = row["denied"]
    left = sorted(call.computed)
    if call.spread:
        left.append("...")
    found = build_row(
        site.requested,
        site.assigned,
        site.options(),
    )
    found["workflow"] = {
        "call": row["tool_use_id"],
        "line": call.line,
        "least": call.least,
        "open_ended": call.open_ended,
        "left": left,
    }
    return found


def _add_totals(
    row: "dict[str, Any]",
    sites: "list[Site]",
    table: "Table",
) -> None:
    """Add the number of agents by tier, and what they cost at the least and at the most, in dollars."""
    tiers: dict[str, int] = {}
    low = high = 0.0
    known = bool(sites)
    for site in sites:
        tier = site.assigned.tier
        least = most = site.call.least
        if site.call.open_ended:
            most *= MANY
        tiers[tier] = tiers.get(tier, 0) + least
        one = table["tiers"][tier].get("agent_usd")
        if one is None:
            known = False
            continue
        low += one[0] * least
        high += one[1] * most
    row["tiers"] = tiers
    row["agents"] = sum(tiers.values())
    row["open_ended"] = any(site.call.open_ended for site in sites)
    row["usd"] = None
    if known:
        row["usd"] = [round(low, 4), round(high, 4)]


def _describe_fan_out(
    mode: str,
    row: "Mapping[str, Any]",
    table: "Table",
) -> "dict[str, Any]":
    """Describe the fan-out for the person, and the policy's objection if there is one."""
    if mode == "shadow":
        return {}
    said = filter(
        None,
        (row["spared"], describe_fan_out(row, table)),
    )
    answer: dict[str, Any] = {"systemMessage": "; ".join(said)}
    if mode != "enforce":
        return answer
    for verdict, objection in (("deny", row["denied"]), ("ask", row["question"])):
        if objection:
            answer["hookSpecificOutput"] = {
                "hookEventName": "PreToolUse",
                "permissionDecision": verdict,
                "permissionDecisionReason": objection,
            }
            break
    return answer


def describe_fan_out(
    row: "Mapping[str, Any]",
    table: "Table",
) -> str:
    """Describe in one line how many agents on which tiers, for how much, and what could not be read."""
    parts = []
    if row["agents"]:
        parts.append(_describe_number(row, table))
    if row["usd"]:
        low, high = row["usd"]
        parts.append(f"about ${low:.2f} to ${high:.2f}")
    if row["unread"]:
        first = "; ".join(row["unread"][:3])
        parts.append(f"left as written: {first}")
    title = f"workflow {row['name']}".rstrip()
    found = ", ".join(parts) or "no agents"
    return f"tierwise: {title}: {found}"


def _describe_number(
    row: "Mapping[str, Any]",
    table: "Table",
) -> str:
    """Tell how many agents, and how many of them on each tier."""
    number = f"{row['agents']} agents"
    if row["agents"] == 1:
        number = "1 agent"
    if row["open_ended"]:
        number += " or more"
    tiers = row["tiers"]
    counts = ", ".join(f"{tiers[tier]} {tier}" for tier in table["ladder"] if tier in tiers)
    return f"{number} ({counts})"
