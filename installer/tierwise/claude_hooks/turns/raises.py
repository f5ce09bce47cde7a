"""Why a turn of the main conversation is raised while it runs: by what it has done so far."""

import os

from tierwise.claude_hooks.session_state import SessionState
from tierwise.claude_hooks.turns.conversation import Memory
from tierwise.claude_hooks.turns.reported_tools import (
    find_reworked_files,
    read_tools,
)
from tierwise.session.choice import (
    Choice,
    raise_one_tier,
    raise_within_turn,
)
from tierwise.session.rules import Rules
from tierwise.session.size import WorkSoFar
from tierwise.transcripts.hindsight import (
    count_listed_steps,
    enters_planning,
    find_edited_code,
    find_read_files,
    is_stuck,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierwise.claude_hooks.event import Event
    from tierwise.claude_hooks.turns.reported_tools import ReportedTool


def find_raise(
    event: "Event",
    memory: Memory,
    tier: str,
    rules: Rules,
) -> "Choice | None":
    """Return where a turn belongs by what it has done; one that goes in circles is raised once."""
    tools = read_tools(event)
    raised = raise_within_turn(
        _count_work(tools),
        rules,
        enters_planning(tools),
    )
    if raised is not None or memory.turn.get("is_stuck"):
        return raised
    cause = _explain_stall(event, memory, tools)
    if not cause:
        return None
    memory.turn["is_stuck"] = True
    return raise_one_tier(tier, cause, rules)


def _count_work(tools: "Sequence[ReportedTool]") -> WorkSoFar:
    edited = find_edited_code(tools)
    read = find_read_files(tools)
    edits = sum(len(find_edited_code([tool])) for tool in tools)
    return WorkSoFar(
        len(edited),
        len(read),
        count_listed_steps(tools),
        edits,
    )


def _explain_stall(
    event: "Event",
    memory: Memory,
    tools: "Sequence[ReportedTool]",
) -> str:
    """Say why a turn goes in circles; empty where it does not."""
    if is_stuck(tools):
        return "a tool fails in the same way"
    reworked = find_reworked_files(tools)
    if not reworked:
        return ""
    edits = SessionState(event.root or "", event.data)
    begun = memory.turn.get("at")
    for path in edits.circular(begun):
        if path in reworked:
            return f"{os.path.basename(path)} is back to an earlier content"
    return ""
