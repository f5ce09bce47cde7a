"""Today's spend as last seen, in ``.tierwise/local/spend.json``: what a session's start can warn of without reading
a transcript.  Standard library only.

``tierwise budget`` writes the day's sum, the status line what each session says it has cost; the larger counts.
"""

import time

from tierwise import fastjson, local_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NAME = "spend.json"
NEAR = 0.8
"""The share of a limit from which a session's start warns."""
STEP = 0.02
"""The share of a limit by which a session must have grown to be noted again."""


def today() -> str:
    """YYYY-MM-DD on the machine's clock."""
    return time.strftime("%Y-%m-%d")


def read(root: str) -> "dict[str, Any]":
    """``{"day", "spent", "sessions"}`` of today; zeros where nothing was noted today."""
    empty: dict[str, Any] = {"day": today(), "spent": 0.0, "sessions": {}}
    try:
        note = fastjson.loads(local_state.read(root, NAME) or b"{}")
    except ValueError:
        return empty
    same = (
        isinstance(note, dict)
        and note.get("day") == empty["day"]
        and isinstance(note.get("sessions"), dict)
    )
    return {**empty, **note} if same and isinstance(note, dict) else empty


def note_day(root: str, spent: float) -> None:
    """Note the day's sum.  Raises OSError."""
    _write(root, {**read(root), "spent": spent})


def note_session(root: str, session: str, spent: float, limit: float) -> bool:
    """Note what a session has cost, where that grew by a good part of ``limit``; whether it was written."""
    note = read(root)
    known = note["sessions"].get(session)
    if known is not None and spent - known < STEP * limit:
        return False
    note["sessions"][session] = spent
    _write(root, note)
    return True


def spent_today(root: str) -> float:
    """US dollars, as far as anything has noted them."""
    note = read(root)
    return float(max(note["spent"], sum(note["sessions"].values())))


def warning(root: "str | None", table: "Mapping[str, Any]") -> str:
    """One line for a session's start where the day's limit is near or passed; empty otherwise, and unless asked for."""
    budget = table.get("budget") or {}
    limit = budget.get("per_day")
    if root is None or not budget.get("warn") or not limit:
        return ""
    spent = spent_today(root)
    if spent < NEAR * limit:
        return ""
    word = "passed" if spent > limit else "near"
    return f"the day's budget is {word}: ${spent:.2f} of ${limit:.2f}"


def _write(root: str, note: "dict[str, Any]") -> None:
    local_state.write(root, NAME, data=fastjson.dumps(note).encode())
