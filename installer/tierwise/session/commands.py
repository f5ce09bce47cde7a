"""Slash commands.  Standard library only: a hook asks this."""

from tierwise.session.choice import Reading

HANDOVERS = frozenset({"/handoff", "/tierwise:handoff"})
"""Commands that write the state of the work down for a fresh session."""


def read_command(typed: str) -> Reading:
    """Read a command: it is no wording of the person's, but for the tier that its arguments name."""
    from tierwise.classify.annotations import take_tags

    reading = Reading("")
    _, _, arguments = typed.partition(" ")
    tags, _ = take_tags(arguments)
    for key, value in tags:
        if key == "tier":
            reading.requested = value
    return reading


def hands_over(typed: str) -> bool:
    """Return whether a turn hands its work over: the task is over with it."""
    command = typed.split(maxsplit=1)[:1]
    return not HANDOVERS.isdisjoint(command)
