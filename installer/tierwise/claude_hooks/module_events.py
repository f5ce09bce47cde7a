"""What the plugin's module asks and reports (hooks/session.mjs); no settings wire these events."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.event import Event

MODULE_EVENTS = (
    "TurnStart",
    "TurnStep",
    "TurnComplete",
    "AgentCall",
    "AgentSpawn",
    "SessionMeasure",
)


def answer_module(event: "Event") -> "dict[str, Any]":
    """Answer an event of the module's.  Each loads its own modules: a turn waits for its own only."""
    if event.name == "AgentSpawn":
        from tierwise.claude_hooks.agent_start import answer_agent_start

        return answer_agent_start(event)
    if event.name == "AgentCall":
        from tierwise.claude_hooks.module_question import answer_agent_call

        return answer_agent_call(event)
    if event.name == "SessionMeasure":
        from tierwise.claude_hooks.limits import note_measure

        note_measure(event)
        return {}
    from tierwise.claude_hooks.turns.answers import answer_turn

    return answer_turn(event)
