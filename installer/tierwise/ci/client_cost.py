"""What headless Claude Code says that it cost."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from tierwise.domain.ledger_rows import read_amount


def read_client_cost(text: str) -> float | None:
    """Return US dollars, from what ``--output-format json`` or ``stream-json`` printed, or a list of its messages.

    A session's later results hold what its earlier ones cost.  None where nothing tells a result, or one without a sum.
    """
    by_session: dict[str, float] = {}
    for message in _list_messages(text):
        if message.get("type") != "result":
            continue
        cost = read_amount(message.get("total_cost_usd"))
        if cost is None:
            return None
        session = str(message.get("session_id"))
        by_session[session] = max(cost, by_session.get(session, 0.0))
    if not by_session:
        return None
    return math.fsum(by_session.values())


def _list_messages(text: str) -> Iterator[dict[str, Any]]:
    for value in _read_values(text):
        messages = value
        if not isinstance(value, list):
            messages = [value]
        yield from (message for message in messages if isinstance(message, dict))


def _read_values(text: str) -> Iterator[Any]:
    """Yield the JSON of a whole file, else of each of its lines."""
    try:
        yield json.loads(text)
        return
    except (ValueError, RecursionError):
        pass
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue
