"""Which running Claude Code sessions still have the agent files that they read when they began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_SHOWN = 8  # characters of a session's id that tell it from others


def open_sessions(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids, shortened, of the sessions that the ledger saw begin and not end.

    A session that was killed never says that it ends, so this is an upper bound; the last ten count.
    """
    running: dict[str, None] = {}
    for row in rows:
        if row.get("row") != "session":
            continue
        session = str(row.get("session_id", ""))
        if row.get("event") == "SessionStart":
            running.pop(session, None)
            running[session] = None
        elif row.get("event") == "SessionEnd":
            running.pop(session, None)
    return [session[:_SHOWN] for session in list(running)[-10:] if session]
