"""One `agent()` call of a workflow and what the policy decides for it."""

from tierwise.claude_hooks import enforce
from tierwise.claude_hooks.requested import Asked
from tierwise.domain.kinds import EFFORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.agent_calls import (
        AgentCall,
        Calls,
    )
    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event
    from tierwise.domain.table_shape import Table


AGENT = "workflow-subagent"  # what the client runs for an agent() without an agentType


class Site:
    """One `agent()` call and what the policy decides for it."""

    __slots__ = ("assigned", "call", "number", "requested")

    def __init__(
        self,
        call: "AgentCall",
        number: int,
        requested: Asked,
    ) -> None:
        self.call = call
        self.number = number
        self.requested = requested
        self.assigned = _assign_agent(requested, call)

    def options(self) -> "dict[str, str]":
        """Return the model and effort that the call is to have."""
        assigned = self.assigned
        wanted = {}
        named = enforce.asked_model(self.requested.call)
        if assigned.alias not in (None, named):
            wanted["model"] = assigned.model or assigned.alias
        if assigned.effort in EFFORTS:
            wanted["effort"] = str(assigned.effort)
        return wanted


def decide_call(
    event: "Event",
    table: "Table",
    mode: str,
    calls: "Calls",
    number: int,
) -> Site:
    """Return the decision for one call: of all that its prompt may say, the one that asks for the highest tier."""
    call = calls.found[number]
    spawn = _describe_spawn(call, table)
    if not call.texts and not spawn["description"]:
        spawn["description"] = calls.read_meta("description")
    sites = []
    for text in call.texts or [""]:
        one = event.for_call(
            {**spawn, "prompt": text},
            number + 1,
        )
        sites.append(Site(call, number + 1, Asked(one, table, mode)))
    site = max(sites, key=lambda site: _rank_tier(site.assigned.tier, table))
    if not call.values.get("agentType"):
        site.requested.agent = AGENT
    return site


def _describe_spawn(
    call: "AgentCall",
    table: "Table",
) -> "dict[str, str]":
    """Describe the call as if the Agent tool were called, its prompt aside."""
    values = call.values
    titles = (values.get("phase"), values.get("label"))
    spawn = {"description": " ".join(filter(None, titles))}
    named = values.get("agentType")
    if named:
        spawn["subagent_type"] = named
    elif AGENT in table["agents"]:
        spawn["subagent_type"] = AGENT
    for key in ("model", "effort"):
        if values.get(key):
            spawn[key] = values[key]
    return spawn


def _assign_agent(
    requested: Asked,
    call: "AgentCall",
) -> "Placement":
    """Tell where an agent runs.  A script cannot be told to run a command instead: that goes to the cheapest tier."""
    table = requested.table
    assigned = requested.assign()
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


def _hold_effort(
    pinned: str,
    assigned: "Placement",
    table: "Table",
) -> str:
    """Return the author's effort, but no more than the highest tier that an author may reach is worth."""
    options = table.get("hooks") or {}
    ceiling = options.get("ceiling") or table["ladder"][-1]
    limits = (assigned.effort, table["tiers"][ceiling].get("effort"))
    ranks = [EFFORTS.index(limit) for limit in limits if limit in EFFORTS]
    if not ranks:
        return pinned
    held = min(EFFORTS.index(pinned), max(ranks))
    return EFFORTS[held]


def _rank_tier(tier: str, table: "Table") -> int:
    ladder: list[str] = table["ladder"]
    if tier not in ladder:
        return -1
    return ladder.index(tier)
