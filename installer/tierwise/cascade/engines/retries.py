"""When the Messages API is asked again, and after how long.

The SDK's own retries know no end: each has the whole time limit anew, and waits as long as the server tells it to.
"""

from __future__ import annotations

from typing import Any

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try, where the server names none."""

# HTTP statuses of a server that is busy; from 500 on it is broken.
_BUSY = (408, 409, 429)
_BROKEN = 500
_TOLD = {"true": True, "false": False}


def find_wait(error: Exception, tries: int) -> float | None:
    """Return the seconds to wait before the next try; None where no further one is made.

    ``tries``: how many there were.
    """
    if tries > len(PAUSES) or not _may_pass(error):
        return None
    headers = _read_headers(error)
    try:
        told = float(headers.get("retry-after") or "")
    except ValueError:
        return PAUSES[tries - 1]
    return max(0.0, told)


def _may_pass(error: Exception) -> bool:
    """Return whether another try may fare better: the line failed, or the server is busy or broken."""
    import anthropic

    if isinstance(error, anthropic.APIConnectionError):
        return True
    if not isinstance(error, anthropic.APIStatusError):
        return False
    told = _TOLD.get(_read_headers(error).get("x-should-retry") or "")
    if told is not None:
        return told
    return error.status_code in _BUSY or error.status_code >= _BROKEN


def _read_headers(error: Exception) -> Any:
    response = getattr(error, "response", None)
    return getattr(response, "headers", {})
