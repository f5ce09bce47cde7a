"""Which running Claude Code sessions still have the agent files that they read when they began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tierwise.domain.client_facts import at_least

_SHOWN = 8  # characters of a session's id that tell it from others
_MANY = 10
# From here on the client takes an edited agent file in a running session, within four seconds (measured).
_LIVE_SINCE = "2.1.329"


def open_sessions(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ids, shortened, of the sessions that the ledger saw begin and not end; the last ten.

    Clients that take an edited agent file in a running session are left out.
    A session that was killed never says that it ends, so these are the ones that may run.
    """
    running: dict[str, None] = {}
    for row in rows:
        if row.get("row") == "session":
            session = str(row.get("session_id") or "")
            running.pop(session, None)
            client = str(row.get("client") or "")
            is_live = bool(client) and at_least(client, _LIVE_SINCE)
            if row.get("what") == "start" and session and not is_live:
                running[session] = None
    last = list(running)[-_MANY:]
    return [session[:_SHOWN] for session in last]
