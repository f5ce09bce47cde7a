"""Routing many tasks: JSON lines in, one object a line out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tierwise.errors import TierwiseError


def read_tasks(
    lines: Iterable[bytes],
    name: str,
) -> Iterator[dict[str, Any] | TierwiseError]:
    """Each line's ``{"task", "agent"?, "paths"?}``, or the error that the line is.  Further keys are left alone.

    One bad line never stops the others; blank lines are skipped.
    """
    for number, line in enumerate(lines, 1):
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            try:
                yield _read_task(line)
            except ValueError as error:
                yield TierwiseError(
                    str(error), place=f"{name}:{number}", remedy='Write {"task": "…"} on the line.'
                )


def _read_task(line: bytes) -> dict[str, Any]:
    found = _decode_object(line)
    if "task" not in found:
        raise ValueError('"task" is missing')
    task = found["task"]
    if not isinstance(task, str):
        raise ValueError(f'"task" is {_name_type(task)}, not text')
    if not task.strip():
        raise ValueError('"task" is empty')
    agent = found.get("agent")
    if not isinstance(agent, str | None):
        raise ValueError(f'"agent" is {_name_type(agent)}, not text')
    paths = found.get("paths")
    if paths is None:
        paths = []
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ValueError('"paths" is not a list of texts')
    return {"task": task, "agent": agent, "paths": paths}


def _decode_object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("this JSON is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, found {_name_type(found)}")
    return found


def _name_type(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def error_json(error: TierwiseError) -> dict[str, str]:
    """What stands in the place of an answer for a line that is broken."""
    return {
        "error": error.message,
        "place": error.place,
        "remedy": error.remedy,
    }
