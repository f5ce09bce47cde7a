"""The fan-out guard: beyond so many top-tier spawns in one turn, a tier down, asked about, or refused."""

from tierwise.claude_hooks import enforce

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event
    from tierwise.claude_hooks.requested import Asked
    from tierwise.claude_hooks.workflow_site import Site
    from tierwise.domain.table_shape import Table
    from tierwise.ledger import Log


def limit_fan_out(
    log: "Log",
    asked: "Asked",
    assigned: "Placement",
) -> "Placement":
    """Tell where a spawn runs, given what the ledger has of the same turn.  The ledger is locked: counts are exact."""
    table = asked.table
    guard = _find_guard(table)
    top = table["ladder"][-1]
    if not guard.get("limit") or assigned.tier != top or assigned.denied:
        return assigned
    limit = guard["limit"]
    if _count_top(log, asked.event, top) < limit:
        return assigned
    reason = f"{limit} agents have run on {top} in this turn, the policy's limit (hooks.fan_out)."
    if guard.get("then") == "deny":
        assigned.denied = f"{reason} Do this with what they found, or wait for the next turn."
        return assigned
    if guard.get("then") == "ask":
        assigned.question = f"{reason} Run one more?"
        return assigned
    return enforce.one_tier_down(assigned, asked.decision.floor, table) or assigned


def guard_workflow(
    log: "Log",
    event: "Event",
    table: "Table",
    sites: "list[Site]",
    row: "dict[str, Any]",
) -> None:
    """Hold a workflow to the policy: calls beyond the limit go a tier down, or ``row`` says why it may not run."""
    guard = _find_guard(table)
    then = guard.get("then")
    objections = [
        _hold_to_limit(log, event, table, sites),
        _count_agents(sites, guard.get("agents")),
    ]
    objections = [objection for objection in objections if objection]
    if objections:
        reason = f"This workflow would start {' and '.join(objections)} (hooks.fan_out)."
        row["denied" if then == "deny" else "question"] = reason


def _hold_to_limit(log: "Log", event: "Event", table: "Table", sites: "list[Site]") -> str:
    """Tell what the policy objects to the calls on the top tier; empty where they fit, or went a tier down."""
    guard = _find_guard(table)
    if not guard.get("limit"):
        return ""
    top = table["ladder"][-1]
    left = guard["limit"] - _count_top(log, event, top)
    wanted = sum(site.call.least for site in sites if site.assigned.tier == top)
    if wanted <= left:
        return ""
    if guard.get("then") == "cap":
        _cap_sites(sites, left, top, table)
        return ""
    return f"{wanted} agents on {top}, where {max(left, 0)} are left this turn"


def _count_agents(
    sites: "list[Site]",
    most: "int | None",
) -> str:
    """Tell what the policy objects to the number of agents; empty where it allows them."""
    total = sum(site.call.least for site in sites)
    if not most or total <= most:
        return ""
    return f"{total} agents, where the policy allows {most}"


def _find_guard(table: "Table") -> "Mapping[str, Any]":
    """Find the policy's `hooks.fan_out`; empty where it has none."""
    options = table.get("hooks") or {}
    return options.get("fan_out") or {}


def _cap_sites(
    sites: "list[Site]",
    left: int,
    top: str,
    table: "Table",
) -> None:
    for site in sites:
        if site.assigned.tier != top:
            continue
        left -= site.call.least
        if left < 0:
            floor = site.requested.decision.floor
            site.assigned = enforce.one_tier_down(site.assigned, floor, table) or site.assigned


def _count_top(
    log: "Log",
    event: "Event",
    top: str,
) -> int:
    """Agents that this turn has sent to the top tier, those of this very call aside."""
    count = 0
    for row in log.recent(row="decision", turn=event.turn, tier=top):
        call = row.get("tool_use_id")
        agents = 1
        workflow = row.get("workflow")
        if isinstance(workflow, dict):
            call = workflow.get("call")
            least = workflow.get("least")
            agents = least if isinstance(least, int) else 1  # a damaged row is one agent
        is_other = not call or call != event.tool_use_id
        if is_other and not row.get("denied"):
            count += agents
    return count
