"""Slash commands, in the client's words.  Standard library only: a hook asks this."""

from tierwise.session.choice import Reading

HANDOVERS = frozenset({"/handoff", "/tierwise:handoff"})
"""Commands that write the state of the work down for a fresh session."""

_MARK = "<command-"
_NAME = "command-name"
_ARGUMENTS = "command-args"


def read_typed(text: str) -> str:
    """Return what was typed: of a command that the client took apart, `/name arguments`."""
    if not text.startswith(_MARK):
        return text
    name = _read_element(text, _NAME)
    arguments = _read_element(text, _ARGUMENTS)
    return f"{name} {arguments}".strip()


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


def _read_element(text: str, name: str) -> str:
    _, _, rest = text.partition(f"<{name}>")
    content, _, _ = rest.partition(f"</{name}>")
    return content
