"""``AgentSpawn``: the plugin's module asks about an agent that is about to start (hooks/session.mjs).

The hook on the tool's call decides and records; a call takes aliases only.  Here an agent gets the
full id that its tier names, and an agent of a workflow whose script could not be read is decided.
"""

from tierwise import ledger
from tierwise.claude_hooks import fault_log, live, sparing
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.requested import Asked
from tierwise.claude_hooks.spawn import build_row
from tierwise.domain.kinds import ALIASES
from tierwise.domain.models import family_of
from tierwise.loose import as_mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.domain.table_shape import Table

    Row = dict[str, Any]


def answer_agent_start(event: "Event") -> "dict[str, Any]":
    """Return the model to start the agent on; empty to leave it as it is."""
    if event.root is None or not event.tool_use_id:
        return {}
    table = live.current(event.root).table
    if mode_of(event.environ, table) != "enforce":
        return {}
    try:
        with ledger.Log(event.root, size=ledger.size_of(table)) as log:
            if event.object("workflow"):
                return _place_workflow_agent(event, table, log)
            return _name_full_id(event, log)
    except OSError as error:
        fault_log.note(event.root, event.name, error)
        return {}


def _name_full_id(
    event: "Event",
    log: ledger.Log,
) -> "dict[str, Any]":
    known = log.recent(
        row="decision",
        tool_use_id=event.tool_use_id,
    )
    if not known:
        return {}
    decided = known[-1]
    model = decided.get("model")
    written = as_mapping(decided.get("wrote"))
    if not isinstance(model, str) or model in ALIASES:
        return {}
    if family_of(model) != written.get("model"):
        return {}
    return {"model": model}


def _place_workflow_agent(
    event: "Event",
    table: "Table",
    log: ledger.Log,
) -> "dict[str, Any]":
    """Decide an agent that neither its script nor the hook on the script gave a model."""
    if event.text("model") or _is_left_open(event, log):
        return {}
    number = event.object("workflow").get("agentIndex")
    call = {
        "prompt": event.text("prompt"),
        "description": event.text("description"),
        "subagent_type": event.text("subagent_type"),
    }
    one = event.for_call(call, f"agent{number}")
    policy, _ = sparing.spare_limits(event.root, table)
    asked = Asked(one, policy, "enforce")
    assigned = asked.assign()
    known = log.recent(
        row="decision",
        tool_use_id=one.tool_use_id,
    )
    if not known:
        row = build_row(
            asked,
            assigned,
            asked.list_keys(assigned),
        )
        row["workflow"] = {"call": event.tool_use_id, "agent": number}
        row["denied"] = ""  # a script that loses an agent fails; it is placed, never refused
        log.write(row)
    if not assigned.model:
        return {}
    return {"model": assigned.model}


def _is_left_open(event: "Event", log: ledger.Log) -> bool:
    """Tell whether a call in the script has a model of its own that may come to none: it is counted with the script."""
    for row in log.recent(row="decision", session_id=event.session_id):
        site = row.get("workflow")
        if not isinstance(site, dict) or "line" not in site:
            continue
        if site.get("call") == event.tool_use_id and row.get("model") is None:
            return True
    return False
