"""More words of a script: errors of the API, and the tools that a client carries out."""

from __future__ import annotations

from typing import Any

from tierwise.verify.turns import ScriptedTurn, ToolCall

_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def bash(command: str, **fields: Any) -> ToolCall:
    """A ``Bash`` call."""
    given = {
        "command": command,
        "description": "run a command",
        **fields,
    }
    return ToolCall("Bash", given)


def edit(
    path: object,
    old: str,
    new: str,
) -> ToolCall:
    """An ``Edit`` call."""
    given = {
        "file_path": str(path),
        "old_string": old,
        "new_string": new,
    }
    return ToolCall("Edit", given)


def fail(
    status: int,
    *,
    error: str = "",
    headers: dict[str, str] | None = None,
) -> ScriptedTurn:
    """An API error: 429 and 529 are those a client retries, at once unless ``headers`` say otherwise."""
    if headers is None:
        headers = {"retry-after": "0"}
    kind = error or _ERRORS.get(status, "api_error")
    return ScriptedTurn(status=status, error=kind, headers=headers)


def read(path: object) -> ToolCall:
    """A ``Read`` call; the client refuses to edit a file it has not read."""
    return ToolCall("Read", {"file_path": str(path)})


def write(path: object, content: str) -> ToolCall:
    """A ``Write`` call; the client wants an absolute path."""
    given = {"file_path": str(path), "content": content}
    return ToolCall("Write", given)
