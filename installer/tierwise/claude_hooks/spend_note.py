"""Today's spend as last seen, in ``.tierwise/local/spend.json``.  Standard library only.

What a session's start can warn of without reading a transcript.

``tierwise budget`` writes the day's sum.  The status line knows only what a session has cost in all, which may include
yesterday, the session that it was forked from, or the one before `/clear`: so it notes by how much that has grown.
"""

import time

from tierwise import fastjson, local_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tierwise.domain.table_shape import Table

NAME = "spend.json"
NEAR = 0.8
"""The share of a limit from which a session's start warns."""
STEP = 0.02
"""The share of a limit by which a session must have grown to be noted again."""
KEPT_SESSIONS = 200
"""Sessions of earlier days that are remembered, the newest: they may be continued."""


def today() -> str:
    """Return YYYY-MM-DD on the machine's clock."""
    return time.strftime("%Y-%m-%d")


def read(root: str) -> "dict[str, Any]":
    """Return ``{"day", "spent", "sessions"}`` of today; zeros where nothing was noted today.

    A session is ``{"total", "today"}``: what it had cost in all when it was last seen, and what of that is today's.
    """
    found: dict[str, Any] = {
        "day": today(),
        "spent": 0.0,
        "sessions": {},
    }
    note = fastjson.read_object(local_state.read(root, NAME))
    if not isinstance(note.get("sessions"), dict):
        return found
    same_day = note.get("day") == found["day"]
    if same_day and isinstance(note.get("spent"), (int, float)):
        found["spent"] = note["spent"]
    known = list(note["sessions"].items())[-KEPT_SESSIONS:]
    for session, sums in known:
        if not isinstance(sums, dict):
            continue
        kept = {"total": sums.get("total", 0.0), "today": 0.0}
        if same_day:
            kept["today"] = sums.get("today", 0.0)
        found["sessions"][session] = kept
    return found


def note_day(root: str, spent: float) -> None:
    """Note the day's sum.  Raises OSError."""
    _write_note(root, {**read(root), "spent": spent})


def note_session(
    root: str,
    session: str,
    total: float,
    limit: float,
    calls_today: "Callable[[], float | None]" = lambda: None,
) -> bool:
    """Note that a session has cost ``total``, where that grew by a good part of ``limit``; whether it was written.

    ``calls_today`` tells what the session's own calls of today cost; it is asked when a session is seen for the first
    time, and may answer None where nothing is known of them.  Raises OSError.
    """
    note = read(root)
    known = note["sessions"].pop(session, None)
    if known is None:
        own = calls_today()
        spent_today = total if own is None else min(total, own)
    else:
        grown = total - known["total"]
        if 0 <= grown < STEP * limit:
            return False
        spent_today = known["today"] + max(grown, 0.0)
    note["sessions"][session] = {"total": total, "today": spent_today}
    _write_note(root, note)
    return True


def spent_today(root: str) -> float:
    """Return US dollars, as far as anything has noted them."""
    note = read(root)
    sessions = sum(sums["today"] for sums in note["sessions"].values())
    return float(max(note["spent"], sessions))


def warning(
    root: "str | None",
    table: "Table",
) -> str:
    """Return one line for a session's start where the day's limit is near or passed; else empty."""
    budget = table.get("budget") or {}
    limit = budget.get("per_day")
    if root is None or not budget.get("warn") or not limit:
        return ""
    spent = spent_today(root)
    if spent < NEAR * limit:
        return ""
    word = "passed" if spent > limit else "near"
    return f"the day's budget is {word}: ${spent:.2f} of ${limit:.2f}"


def _write_note(root: str, note: "Mapping[str, Any]") -> None:
    local_state.write(
        root,
        NAME,
        data=fastjson.dumps(note).encode(),
    )
