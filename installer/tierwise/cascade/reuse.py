"""Accepted results kept as examples for the cheap tier (``reuse:`` in the policy, off by default).

They stay in ``.tierwise/local/examples/``, redacted by the function that the door passes in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tierwise import local_state

Redact = Callable[[str], str]
_FOLDER = "examples"


def keep(root: str, kind: str, task: str, result: str, *, limit: int, redact: Redact) -> None:
    """Remember an accepted result; the oldest of its kind goes when there are more than ``limit``."""
    examples = [*_read(root, kind), {"task": redact(task), "result": redact(result)}][-limit:]
    data = json.dumps(examples, indent=1).encode() + b"\n"
    local_state.write(root, _FOLDER, _file_name(kind), data=data)


def find(root: str, kind: str, task: str) -> str:
    """The kept result whose task shares the most words with this one; empty where none shares any."""
    words = set(task.lower().split())
    best, most = "", 0
    for example in _read(root, kind):
        shared = len(words & set(str(example.get("task", "")).lower().split()))
        if shared >= max(most, 1):  # of equals, the newest
            best, most = f"Task: {example['task']}\n{example['result']}", shared
    return best


def effect(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float | int | None]]:
    """First attempts with and without an example: ``{"with": {attempts, accepted, share}, "without": …}``."""
    counts = {True: [0, 0], False: [0, 0]}
    for row in rows:
        if row.get("row") == "attempt" and row.get("attempt") == 1 and row.get("stop") == "done":
            entry = counts[bool(row.get("example"))]
            entry[0] += 1
            entry[1] += bool(row.get("accepted"))
    return {
        name: {"attempts": tried, "accepted": taken, "share": taken / tried if tried else None}
        for name, (tried, taken) in (("with", counts[True]), ("without", counts[False]))
    }


def _read(root: str, kind: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(local_state.read(root, _FOLDER, _file_name(kind)) or b"[]")
    except ValueError:
        return []
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _file_name(kind: str) -> str:
    name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in kind)
    return f"{name}.json"
