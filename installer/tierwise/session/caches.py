"""What a call of a conversation would have cost on another model, with prompt caches counted.

A conversation's cache belongs to one model.  The first call on a model writes the whole context to
its cache; back within the lifetime, the model reads what it had and writes only what came since.
Recorded calls say how much of the context was read and written, and so also when a prefix changed
(a compaction, an edit of the system prompt): then no model's cache holds more than what was read.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from tierwise.domain import models
from tierwise.transcripts.records import UsageRecord

FIVE_MINUTES = 5 * 60 * 1000
ONE_HOUR = 60 * 60 * 1000
"""Lifetimes of a cache entry in milliseconds."""


class Prefix(NamedTuple):
    """What a model's cache holds of the conversation: the first ``tokens`` of it.

    ``touched`` is in milliseconds since 1970.
    """

    tokens: int
    touched: int
    lifetime: int

    def read_at(self, moment: int) -> int:
        """Return the tokens that can still be read at a moment."""
        if moment - self.touched > self.lifetime:
            return 0
        return self.tokens


class ConversationCaches:
    """The caches of one conversation, as recorded and as they would have been.

    ``shares_prefix``: whether a cold model is given what the first call read, which another
    conversation had written (the client's own instructions); else it is given nothing.
    """

    def __init__(self, *, shares_prefix: bool) -> None:
        self._shares_prefix = shares_prefix
        self._shared = 0
        self._lifetime = FIVE_MINUTES
        self._recorded: dict[str, Prefix] = {}
        self._replayed: dict[str, Prefix] = {}

    def replay(self, call: UsageRecord, model: str) -> UsageRecord:
        """Return the call as it would have been on ``model``; calls come in order of time.

        On the model that served it, and with the same history, it is the recorded call itself.
        """
        cached = call.prompt_tokens - call.input_tokens
        if call.cache_write_1h_tokens:
            self._lifetime = ONE_HOUR
        elif call.cache_write_5m_tokens:
            self._lifetime = FIVE_MINUTES
        if not self._recorded and self._shares_prefix:
            self._shared = call.cache_read_tokens
        served = _name_model(call.model)
        wanted = _name_model(model)
        same_history = self._recorded.get(served) == self._replayed.get(wanted)
        if served == wanted and same_history:
            replayed = call
        else:
            replayed = self._move_call(call, wanted, cached)
        prefix = Prefix(cached, call.timestamp, self._lifetime)
        self._recorded[served] = prefix
        self._replayed[wanted] = prefix
        return replayed

    def find_warm_tokens(self, model: str, moment: int) -> int:
        """Return how much of the context a model's cache would still hold at a moment."""
        prefix = self._replayed.get(_name_model(model))
        if prefix is None:
            return 0
        return prefix.read_at(moment)

    def _move_call(self, call: UsageRecord, wanted: str, cached: int) -> UsageRecord:
        own = self._replayed.get(wanted)
        held = self._shared
        if own is not None:
            held = max(held, own.read_at(call.timestamp))
        read = min(held, cached, self._find_unchanged(call, cached))
        written = {"cache_write_5m_tokens": cached - read, "cache_write_1h_tokens": 0}
        if self._lifetime == ONE_HOUR:
            written = {"cache_write_5m_tokens": 0, "cache_write_1h_tokens": cached - read}
        return replace(call, model=wanted, cache_read_tokens=read, parts=(), **written)

    def _find_unchanged(self, call: UsageRecord, cached: int) -> int:
        """Return how much of the context is as it was at the call before, as far as recorded."""
        before = self._recorded.get(_name_model(call.model))
        if before is None:
            return cached
        expected = min(before.read_at(call.timestamp), cached)
        if not expected or call.cache_read_tokens >= expected:
            return cached
        return call.cache_read_tokens


@cache
def _name_model(model: str) -> str:
    return models.full_id(model)
