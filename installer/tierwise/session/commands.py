"""Slash commands.  Standard library only: a hook asks this."""

from tierwise.session.choice import TurnReading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HANDOVERS = frozenset({"/handoff", "/tierwise:handoff"})
"""Commands that write the state of the work down for a fresh session."""

_OURS = "/tierwise:"


def read_command(
    typed: str,
    ladder: "Sequence[str]",
) -> TurnReading:
    """Read a command: it is no wording of the person's, but for the tier that it or its arguments name."""
    from tierwise.classify.annotations import take_tags

    name, _, arguments = typed.partition(" ")
    tags, _ = take_tags(arguments)
    named = [name.removeprefix(_OURS).removeprefix("/")]
    named += [value for key, value in tags if key == "tier"]
    reading = TurnReading("")
    for tier in named:
        if tier in ladder:
            reading.requested = tier
    return reading


def hands_over(typed: str) -> bool:
    """Return whether a turn hands its work over: the task is over with it."""
    command = typed.split(maxsplit=1)[:1]
    return not HANDOVERS.isdisjoint(command)
