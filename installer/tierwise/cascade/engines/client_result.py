"""What the last line of a headless Claude Code says: how it ended, its tokens, its model (2.1.197 and 2.1.329)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tierwise.cascade.model import AnswerStop

DETAIL = 300  # characters of an error's text
_TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)
# What the client's own message names as its error where every tier would meet the same (2.1.197 and 2.1.329).
_REFUSED_FOR_ALL = ("authentication_failed", "billing_error")
_REFUSED = ("model_not_found", "invalid_request")
_TOO_LARGE = 413  # HTTP: Payload Too Large


def read_stop(
    result: Mapping[str, Any],
    error: str,
    ended_by: str,
) -> tuple[AnswerStop, bool]:
    """Return how a client that has told its result ended, and whether every tier would meet that end.

    ``error``: what its last message names as its error; ``ended_by``: that message's own stop reason.
    """
    if "budget" in str(result.get("subtype")):
        return "budget", False
    if ended_by == "refusal":
        return "refused", False
    if not result.get("is_error"):
        return "done", False
    if error in _REFUSED_FOR_ALL:
        return "refused", True
    return _read_stop_of_error(result, error, ended_by), False


def _read_stop_of_error(
    result: Mapping[str, Any],
    error: str,
    ended_by: str,
) -> AnswerStop:
    """Return how a client ended that calls its result an error which another tier may not meet."""
    status = result.get("api_error_status")
    text = str(result.get("result") or "")
    too_long = result.get("terminal_reason") == "prompt_too_long"  # 2.1.197 and 2.1.329
    if too_long or status == _TOO_LARGE or f"API Error: {_TOO_LARGE}" in text:
        return "too-long"
    if error in _REFUSED:
        return "refused"
    if ended_by == "max_tokens" or error == "max_output_tokens":
        return "truncated"
    # max turns and errors during execution are the attempt's own; an API error is the world's.
    is_outage = text.startswith("API Error") or bool(status)
    return "unavailable" if is_outage else "done"


def count_tokens(usages: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums of the API's counters."""
    counts = dict.fromkeys(_TOKENS, 0)
    for usage in usages:
        for key in _TOKENS:
            counts[key] += int(usage.get(key) or 0)
    return counts


def read_detail(result: Mapping[str, Any], text: str) -> str:
    """Return what a result says of its error."""
    errors = "; ".join(map(str, result.get("errors") or ()))
    told = text or errors or str(result.get("subtype"))
    return told[:DETAIL]


def read_main_model(result: Mapping[str, Any]) -> str:
    """Return the model that cost most of it."""
    usage = result.get("modelUsage") or {}
    costs = {model: float(told.get("costUSD") or 0) for model, told in usage.items()}
    return max(costs, key=costs.__getitem__, default="")
