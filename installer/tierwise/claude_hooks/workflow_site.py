"""One `agent()` call of a workflow and what the policy decides for it."""

from tierwise.claude_hooks import enforce
from tierwise.claude_hooks.requested import Asked
from tierwise.domain.kinds import EFFORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.agent_calls import AgentCall, Calls
    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event

    Table = dict[str, Any]

AGENT = "workflow-subagent"  # what the client runs for an agent() without an agentType


class Site:
    """One `agent()` call and what the policy decides for it."""

    __slots__ = ("assigned", "call", "number", "requested")

    def __init__(self, call: "AgentCall", number: int, requested: Asked) -> None:
        self.call = call
        self.number = number
        self.requested = requested
        self.assigned = _assign_agent(requested, call)

    def options(self) -> "dict[str, str]":
        """The model and effort that the call is to have."""
        assigned, wanted = self.assigned, {}
        kept = assigned.alias == enforce.asked_model(self.requested.call)
        if assigned.alias is not None and not kept:
            wanted["model"] = assigned.model or assigned.alias
        if assigned.effort in EFFORTS:
            wanted["effort"] = str(assigned.effort)
        return wanted


def decide_call(event: "Event", table: "Table", mode: str, calls: "Calls", number: int) -> Site:
    """The decision for one call: of all that its prompt may say, the one that asks for the highest tier."""
    call = calls.found[number]
    values = call.values
    description = " ".join(values[key] for key in ("phase", "label") if values.get(key))
    if not call.texts and not description:
        description = calls.read_meta("description")
    spawn: dict[str, Any] = {"description": description}
    named = values.get("agentType", "")
    if named or AGENT in table["agents"]:
        spawn["subagent_type"] = named or AGENT
    spawn |= {key: values[key] for key in ("model", "effort") if values.get(key)}
    requests = [
        Asked(event.for_call({**spawn, "prompt": text}, number + 1), table, mode)
        for text in call.texts or [""]
    ]
    sites = [Site(call, number + 1, requested) for requested in requests]
    site = max(sites, key=lambda one: _rank_tier(one.assigned.tier, table))
    if not named:
        site.requested.agent = AGENT
    return site


def _assign_agent(requested: Asked, call: "AgentCall") -> "Placement":
    """Where an agent runs.  A script cannot be told to run a command instead: that goes to the cheapest tier."""
    table = requested.table
    assigned = requested.assigned()
    if assigned.tier not in table["ladder"]:
        assigned = enforce.on_tier(table["ladder"][0], table)
    pinned = requested.call.get("effort")
    if pinned in EFFORTS:
        assigned.effort = _hold_effort(pinned, assigned, table)
    if "model" in call.computed:
        assigned.model = assigned.alias = None
    if "effort" in call.computed:
        assigned.effort = None
    return assigned


def _hold_effort(pinned: str, assigned: "Placement", table: "Table") -> str:
    """The author's effort, but no more than the highest tier that an author may reach is worth."""
    ceiling = (table.get("hooks") or {}).get("ceiling") or table["ladder"][-1]
    limits = [assigned.effort, table["tiers"][ceiling].get("effort")]
    highest = max((EFFORTS.index(limit) for limit in limits if limit in EFFORTS), default=-1)
    return EFFORTS[min(EFFORTS.index(pinned), highest)] if highest >= 0 else pinned


def _rank_tier(tier: str, table: "Table") -> int:
    return int(table["ladder"].index(tier)) if tier in table["ladder"] else -1
