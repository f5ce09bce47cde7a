"""What a call of a conversation would have cost on another model, with prompt caches counted.

A conversation's cache belongs to one model.  The first call on a model writes the whole context to
its cache; back within the lifetime, the model reads what it had and writes only what came since.
Recorded calls say how much of the context was read and written, and so also when a prefix changed
(a compaction, an edit of the system prompt): then no model's cache holds more than what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from tierwise.domain import models
from tierwise.transcripts.records import UsageRecord

FIVE_MINUTES = 5 * 60 * 1000
ONE_HOUR = 60 * 60 * 1000
"""Lifetimes of a cache entry in milliseconds."""

AS_RECORDED = -1
"""Instead of the tokens that a call reads: those that it read, as nothing before it differs."""

_NONE = -1


class RecordedCall(NamedTuple):
    """A call, and what of its caches is the same under every plan.

    ``model``      the full id of the model that served it
    ``touched``    when it used its model's cache, milliseconds since 1970
    ``cached``     tokens of the context that the cache holds after it
    ``lifetime``   how long they are held, milliseconds
    ``unchanged``  of these, the first ones that are as they were at the call before
    ``before``     the place of the call before it on the same model; -1 where there is none
    """

    call: UsageRecord
    model: str
    touched: int
    cached: int
    lifetime: int
    unchanged: int
    before: int


def read_caches(calls: Iterable[UsageRecord]) -> list[RecordedCall]:
    """Read what the calls of one conversation, in order of time, tell of its caches."""
    found: list[RecordedCall] = []
    last: dict[str, int] = {}
    lifetime = FIVE_MINUTES
    for place, call in enumerate(calls):
        lifetime = _find_lifetime(call, lifetime)
        model = name_model(call.model)
        before = last.get(model, _NONE)
        cached = call.prompt_tokens - call.input_tokens
        unchanged = cached
        if before != _NONE:
            unchanged = _count_unchanged(
                call,
                cached,
                found[before],
            )
        known = RecordedCall(
            call=call,
            model=model,
            touched=call.timestamp,
            cached=cached,
            lifetime=lifetime,
            unchanged=unchanged,
            before=before,
        )
        found.append(known)
        last[model] = place
    return found


class ConversationCaches:
    """The caches of one conversation as they would have been; calls come in their order.

    ``shares_prefix``: whether a cold model is given what the first call read, which another
    conversation had written (the client's own instructions); else it is given nothing.
    """

    def __init__(
        self,
        recorded: Sequence[RecordedCall],
        *,
        shares_prefix: bool,
    ) -> None:
        self._recorded = recorded
        self._last: dict[str, int] = {}
        self._shared = 0
        if recorded and shares_prefix:
            self._shared = recorded[0].call.cache_read_tokens

    def replay(
        self,
        places: Iterable[int],
        model: str,
    ) -> list[int]:
        """Run calls on a model, by its full id; return the tokens that each reads from its cache.

        On the model that served it, and with the same history, they are ``AS_RECORDED``.
        """
        before = self._last.get(model, _NONE)
        found = []
        for place in places:
            known = self._recorded[place]
            if known.before == before and known.model == model:
                found.append(AS_RECORDED)
            else:
                found.append(self._count_read(known, before))
            before = place
        self._last[model] = before
        return found

    def _count_read(
        self,
        known: RecordedCall,
        before: int,
    ) -> int:
        """Return what a call reads after the one at ``before`` on the same model."""
        held = self._shared
        if before != _NONE:
            own = _hold_until(
                self._recorded[before],
                known.touched,
            )
            held = max(held, own)
        return min(held, known.unchanged)

    def find_warm_tokens(
        self,
        model: str,
        moment: int,
    ) -> int:
        """Return how much of the context a model's cache would still hold at a moment."""
        before = self._last.get(name_model(model), _NONE)
        if before == _NONE:
            return 0
        return _hold_until(self._recorded[before], moment)


@cache
def name_model(model: str) -> str:
    """Return the full id behind an alias."""
    return models.full_id(model)


def _find_lifetime(call: UsageRecord, before: int) -> int:
    if call.cache_write_1h_tokens:
        return ONE_HOUR
    if call.cache_write_5m_tokens:
        return FIVE_MINUTES
    return before


def _hold_until(call: RecordedCall, moment: int) -> int:
    """Return the tokens that the cache of a call still holds at a moment."""
    if moment - call.touched > call.lifetime:
        return 0
    return call.cached


def _count_unchanged(
    call: UsageRecord,
    cached: int,
    before: RecordedCall,
) -> int:
    """Return how much of the context is as it was at the call before, as far as recorded."""
    expected = min(_hold_until(before, call.timestamp), cached)
    if not expected or call.cache_read_tokens >= expected:
        return cached
    return min(cached, call.cache_read_tokens)
