"""What a conversation would have read if it had kept one model: the caches of two models hold the same text twice.

A main conversation that goes from one model to another writes its whole context again to the other's cache.  On one
model that text would have been there: it would have been read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter

from msgspec.structs import replace

from tierwise.pricing.prices import sum_up
from tierwise.report.rows import Row
from tierwise.transcripts.records import UsageRecord

SHORT_LIFE = 300_000
"""Milliseconds that a cache entry lives, from its last use."""

LONG_LIFE = 3_600_000
"""As :data:`SHORT_LIFE`, for entries written for an hour."""

GOES_ON = 0.7
"""The share of the last prompt that the next one has at least, unless the context was cut: tokenizers differ by 1.35."""


def keep_one_model(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the counts that they would have if no main conversation had changed its model.

    Cache writes that only fill a second model's cache become reads; all other counts and the sums stay.
    """
    changed = _changed_calls(rows)
    if not changed:
        return list(rows)
    return [_with_calls(row, changed) for row in rows]


def _changed_calls(rows: Iterable[Row]) -> dict[str, UsageRecord]:
    """Return the calls that would have read more, by their ids."""
    conversations: dict[str, list[UsageRecord]] = defaultdict(list)
    for row in rows:
        if row.record.is_main and row.record.kind == "message":
            conversations[row.record.session] += row.calls.records
    changed = {}
    for calls in conversations.values():
        if len({call.model for call in calls}) == 1:
            continue
        calls.sort(key=attrgetter("timestamp", "message_id"))
        for before, call in pairwise(calls):
            refilled = count_refilled(before, call)
            if refilled:
                changed[call.message_id] = _read_instead(
                    call,
                    refilled,
                )
    return changed


def count_refilled(
    before: UsageRecord,
    call: UsageRecord,
) -> int:
    """Return how many tokens a call wrote to its model's cache that one cache would have held since ``before``."""
    if before.model == call.model:
        return 0
    hourly = before.cache_write_1h_tokens or call.cache_write_1h_tokens
    life = LONG_LIFE if hourly else SHORT_LIFE
    cached = before.cache_write_tokens + before.cache_read_tokens
    if call.timestamp - before.timestamp > life or call.prompt_tokens < GOES_ON * cached:
        return 0
    held = min(cached, call.cache_write_tokens + call.cache_read_tokens)
    return max(held - call.cache_read_tokens, 0)


def _read_instead(
    call: UsageRecord,
    tokens: int,
) -> UsageRecord:
    short = min(tokens, call.cache_write_5m_tokens)
    return replace(
        call,
        cache_write_5m_tokens=call.cache_write_5m_tokens - short,
        cache_write_1h_tokens=call.cache_write_1h_tokens - (tokens - short),
        cache_read_tokens=call.cache_read_tokens + tokens,
        parts=(),
    )


def _with_calls(
    row: Row,
    changed: dict[str, UsageRecord],
) -> Row:
    if not any(call.message_id in changed for call in row.calls.records):
        return row
    calls = [changed.get(call.message_id, call) for call in row.calls.records]
    return row._replace(calls=sum_up(calls))
