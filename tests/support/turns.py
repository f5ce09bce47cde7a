"""More words of a script: errors of the API, and the tools that a client carries out."""

from __future__ import annotations

from typing import Any

from tierwise.verify.turns import ToolUse, Turn

_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def bash(command: str, **fields: Any) -> ToolUse:
    """A ``Bash`` call."""
    given = {
        "command": command,
        "description": "run a command",
        **fields,
    }
    return ToolUse("Bash", given)


def edit(
    path: object,
    old: str,
    new: str,
) -> ToolUse:
    """An ``Edit`` call."""
    given = {
        "file_path": str(path),
        "old_string": old,
        "new_string": new,
    }
    return ToolUse("Edit", given)


def fail(
    status: int,
    *,
    error: str = "",
    headers: dict[str, str] | None = None,
) -> Turn:
    """An API error: 429 and 529 are those a client retries, at once unless ``headers`` say otherwise."""
    if headers is None:
        headers = {"retry-after": "0"}
    kind = error or _ERRORS.get(status, "api_error")
    return Turn(status=status, error=kind, headers=headers)


def read(path: object) -> ToolUse:
    """A ``Read`` call; the client refuses to edit a file it has not read."""
    return ToolUse("Read", {"file_path": str(path)})


def write(path: object, content: str) -> ToolUse:
    """A ``Write`` call; the client wants an absolute path."""
    given = {"file_path": str(path), "content": content}
    return ToolUse("Write", given)
