"""What a person typed, in the client's words.  Standard library only: a hook asks this."""

_MARK = "<command-"
_NAME = "command-name"
_ARGUMENTS = "command-args"


def read_typed(text: str) -> str:
    """Return what was typed: of a command that the client took apart, `/name arguments`."""
    if not text.startswith(_MARK):
        return text
    name = _read_element(text, _NAME).lstrip("/")
    if not name:
        return text
    arguments = _read_element(text, _ARGUMENTS)
    return f"/{name} {arguments}".strip()


def is_command(typed: str) -> bool:
    """Return whether a text is a slash command: a path at its beginning, `/src/app.py fails`, makes it none."""
    if not typed.startswith("/"):
        return False
    name = typed.split(maxsplit=1)[0]
    return "/" not in name[1:]


def _read_element(text: str, name: str) -> str:
    _, _, rest = text.partition(f"<{name}>")
    content, _, _ = rest.partition(f"</{name}>")
    return content.strip()
