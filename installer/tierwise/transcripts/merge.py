"""One record per API call: from a row, and from the many rows and copies that tell of the same call."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, get_type_hints

from msgspec.structs import replace

from tierwise.transcripts.decode import (
    Iteration,
    Message,
    Tokens,
    UsageBlock,
)
from tierwise.transcripts.records import (
    Merge,
    Part,
    UsageRecord,
)

SYNTHETIC = "<synthetic>"
"""The model the client names on lines it wrote itself, without an API call."""

_SIDE_CALLS = (
    "advisor_message",
    "fallback_message",
    "compaction",
)


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|([+-]\d\d):?(\d\d)?)?"
)


def milliseconds(text: str | None) -> int:
    """Return an ISO 8601 time as milliseconds since 1970, what is finer cut off; 0 where it cannot be read."""
    if not text:
        return 0
    try:
        stamp = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return _other_stamp(text)
    if stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=timezone.utc)
    return (stamp - _EPOCH) // _MILLISECOND


def _other_stamp(text: str) -> int:
    """Return a time in a spelling that Python 3.10 does not take: fractions of other than 3 or 6 digits, offsets as +0530."""
    found = _STAMP.fullmatch(text.strip())
    if not found:
        return 0
    digits = found[2] or ""
    fraction = digits.ljust(6, "0")[:6]
    offset = "+00:00"
    if found[4]:
        offset = f"{found[4]}:{found[5] or '00'}"
    plain = f"{found[1].upper()}.{fraction}{offset}"
    if plain == text:
        return 0
    return milliseconds(plain)


def side_calls(
    call: UsageRecord,
    usage: UsageBlock,
) -> list[UsageRecord]:
    """Return the calls of a message whose usage has iterations: ``call`` itself, then those made inside it.

    The client's and the API's own rules: a ``message`` iteration is a pass of the call and already in its sums;
    an advisor's and a compaction's tokens are not in them.  A fallback's may be: where the sums equal those of
    passes and fallbacks together, or of the fallbacks alone, they are taken out of the call they fell back from.
    """
    iterations = usage.iterations or ()
    passes = _list_parts(iterations, "message")
    fallbacks = _list_parts(iterations, "fallback_message")
    own = _subtract_passes(part_of(usage), passes, fallbacks)
    inside = [
        _side_call(call, index, item)
        for index, item in enumerate(iterations)
        if item.type in _SIDE_CALLS
    ]
    if fallbacks and not any(own) and not call.web_searches:
        return inside
    return [_add_part(call, own, parts=_list_passes(own, passes)), *inside]


def _list_parts(
    iterations: Iterable[Iteration],
    kind: str,
) -> list[Part]:
    return [part_of(item) for item in iterations if item.type == kind]


def is_one_pass(usage: UsageBlock) -> bool:
    """Return whether a message is one call of one pass, as nearly all are: its sums say all there is."""
    iterations = usage.iterations
    if not iterations:
        return True
    return len(iterations) == 1 and iterations[0].type == "message"


def _add_part(
    call: UsageRecord,
    part: Part,
    **changes: object,
) -> UsageRecord:
    return replace(call, **part._asdict(), **changes)


def merge(one: UsageRecord, other: UsageRecord) -> UsageRecord:
    """Merge two tellings of one call: the larger of every count, attributed to where the call was first made.

    Associative and commutative, so that it does not matter in which order files are read; and idempotent but for
    the number of rows.
    """
    first, second = one, other
    if _rank_record(other) < _rank_record(one):
        first, second = other, one
    changes: dict[str, Any] = {}
    for name in _LARGEST:
        changes[name] = max(getattr(one, name), getattr(other, name))
    known = _KNOWN
    if first.is_main == second.is_main:
        known += _KNOWN_IN_PLACE
    for name in known:
        changes[name] = getattr(first, name) or getattr(second, name)
    for name in _BOTH:
        changes[name] = getattr(one, name) and getattr(other, name)
    changes["cache_write_5m_tokens"], changes["cache_write_1h_tokens"] = _cache_writes(
        one,
        other,
    )
    changes["parts"] = max(one.parts, other.parts, key=lambda parts: (len(parts), parts))
    changes["rows"] = 1
    if first.kind == "message":
        changes["rows"] = one.rows + other.rows
    return replace(first, **changes)


def _fields_by(rule: Merge) -> tuple[str, ...]:
    """Return the names of the record's fields that ``rule`` merges."""
    hints = get_type_hints(UsageRecord, include_extras=True)
    names = []
    for name, hint in hints.items():
        rules = getattr(hint, "__metadata__", ())
        if rule in rules:
            names.append(name)
    return tuple(names)


_LARGEST = _fields_by(Merge.LARGEST)
_KNOWN = _fields_by(Merge.KNOWN)
_KNOWN_IN_PLACE = _fields_by(Merge.KNOWN_IN_PLACE)
_BOTH = _fields_by(Merge.BOTH)


def _rank_record(record: UsageRecord) -> tuple[bool, bool, float, str, str, str]:
    """Rank a record; lower is nearer to where the call was made.

    That is not a fork's copy, not a replay in a side file, and the earliest.
    """
    return (
        record.forked,
        not record.is_main,
        record.timestamp or float("inf"),
        record.session,
        record.agent_id,
        record.model,
    )


def _cache_writes(
    one: UsageRecord,
    other: UsageRecord,
) -> tuple[int, int]:
    """Return the larger of each; but a row that does not split the same sum by lifetime only looks like 5 minutes."""
    long = max(one.cache_write_1h_tokens, other.cache_write_1h_tokens)
    sums = {record.cache_write_5m_tokens + record.cache_write_1h_tokens for record in (one, other)}
    if len(sums) == 1:
        return sums.pop() - long, long
    return max(one.cache_write_5m_tokens, other.cache_write_5m_tokens), long


def part_of(tokens: Tokens) -> Part:
    """Return the classes of a call or an iteration."""
    short, long = split_writes(tokens)
    return Part(
        tokens.input_tokens or 0,
        tokens.output_tokens or 0,
        short,
        long,
        tokens.cache_read_input_tokens or 0,
    )


def split_writes(tokens: Tokens) -> tuple[int, int]:
    """Return the cache writes that live five minutes and those that live an hour.

    Those that are not split by lifetime live five minutes, the default.
    """
    split = tokens.cache_creation
    short = long = 0
    if split:
        short = split.ephemeral_5m_input_tokens or 0
        long = split.ephemeral_1h_input_tokens or 0
    written = tokens.cache_creation_input_tokens
    if written is None:
        return short, long
    long = min(long, written)  # the sum is the authority, as it is for the client
    return written - long, long


def _add_parts(parts: list[Part]) -> Part:
    if not parts:
        return Part()
    columns = zip(*parts, strict=True)
    return Part(*map(sum, columns))


def _subtract_passes(
    whole: Part,
    passes: list[Part],
    fallbacks: list[Part],
) -> Part:
    """Return ``whole`` less the fallbacks, where they are in it."""
    if not fallbacks:
        return whole
    fell = _add_parts(fallbacks)
    if whole == fell:
        return Part()
    if whole == _add_parts([*passes, fell]):
        return Part(*map(operator.sub, whole, fell))
    return whole


def _list_passes(
    whole: Part,
    passes: list[Part],
) -> tuple[Part, ...]:
    """Return the passes of a call of several, with the hour's writes that only the sum states handed out in order."""
    if not passes[1:]:
        return ()
    spare = whole.cache_write_1h_tokens - sum(part.cache_write_1h_tokens for part in passes)
    settled = []
    for part in passes:
        moved = min(max(spare, 0), part.cache_write_5m_tokens)
        spare -= moved
        settled.append(
            part._replace(
                cache_write_5m_tokens=part.cache_write_5m_tokens - moved,
                cache_write_1h_tokens=part.cache_write_1h_tokens + moved,
            )
        )
    return tuple(settled)


def _side_call(
    call: UsageRecord,
    index: int,
    item: Iteration,
) -> UsageRecord:
    kind = item.type or ""
    effort = call.effort
    if item.model not in (None, call.model):
        effort = ""
    return _add_part(
        call,
        part_of(item),
        message_id=f"{call.message_id}#{kind}:{index}",
        kind=kind,
        model=item.model or call.model,
        effort=effort,
        thinking_tokens=0,
        web_searches=0,
        fast=call.fast and kind != "advisor_message",
        output_lower_bound=False,
        parts=(),
    )


def is_call(message: Message) -> bool:
    """Return whether a message tells of an API call: it has usage, and the client did not make it up."""
    return message.usage is not None and message.model != SYNTHETIC
