"""Which rows tell of the same call: a ``message.id`` alone does not say it.

Relays give every response one id, and the API itself once gave one to six calls in a row.  Copies of one call (content
blocks, forks, replays, a parent's copies) agree in input, cache writes and cache reads, or have the same request id, or
are incomplete: all zero after a compaction, or a snapshot from the start of the stream.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tierwise.transcripts.merge import merge
from tierwise.transcripts.records import UsageRecord

SNAPSHOT_OUTPUT = 8
"""Output tokens that a snapshot from the start of a stream has at most."""

STREAM_MILLISECONDS = 600_000
"""How long a stream may last, so how far a snapshot may lie from its final row."""

_APART = "~"
"""Between a ``message.id`` and the prompt that tells its calls apart."""


def name_call(
    known: Mapping[str, UsageRecord],
    record: UsageRecord,
) -> str:
    """Return the name under which ``known`` holds, or shall hold, the rows with ``record``'s id and prompt.

    It is the id for the first prompt that was seen, so nearly always.
    """
    holder = known.get(record.message_id)
    if holder is None or holder.prompt == record.prompt:
        return record.message_id
    return _name_apart(record)


def add_row(
    known: dict[str, UsageRecord],
    record: UsageRecord,
) -> str:
    """Merge ``record`` into what is known of its id and prompt; return the name it stands under."""
    holder = known.setdefault(record.message_id, record)
    if holder is record:
        return record.message_id
    name = name_call(known, record)
    there = known.get(name)
    if there:
        record = merge(there, record)
    known[name] = record
    return name


def settle_shared_ids(known: dict[str, UsageRecord]) -> set[str]:
    """Make one record of the rows that tell of one call; return the ids of calls that shared another's.

    The first call of an id keeps it; the others get a ``message_id`` of their own.  Does not depend on the order in
    which rows were added.
    """
    shared: dict[str, list[str]] = defaultdict(list)
    for name, record in known.items():
        if len(name) != len(record.message_id):
            shared[record.message_id].append(name)
    apart: set[str] = set()
    for message_id, names in shared.items():
        rows = [known.pop(name) for name in (message_id, *names)]
        first, *others = _join_copies(rows)
        known[message_id] = first
        for record in others:
            name = _name_apart(record)
            known[name] = replace(record, message_id=name)
            apart.add(name)
    return apart


def _name_apart(record: UsageRecord) -> str:
    prompt = ".".join(map(str, record.prompt))
    return f"{record.message_id}{_APART}{prompt}"


def _join_copies(rows: Iterable[UsageRecord]) -> list[UsageRecord]:
    """Return one record a call, in order of time."""
    whole: list[UsageRecord] = []
    incomplete: list[UsageRecord] = []
    for record in sorted(rows, key=_order_of):
        if _is_incomplete(record):
            incomplete.append(record)
        else:
            _join_request(whole, record)
    joined = list(whole)
    for record in incomplete:
        place = _find_whole(whole, record)
        if place is None:
            _join_request(joined, record)
        else:
            joined[place] = merge(joined[place], record)
    return sorted(joined, key=_order_of)


def _join_request(
    calls: list[UsageRecord],
    record: UsageRecord,
) -> None:
    """Merge ``record`` into the call with its request id, or add it as a call."""
    for place, call in enumerate(calls):
        if _has_same_request(record, call):
            calls[place] = merge(call, record)
            return
    calls.append(record)


def _find_whole(
    calls: list[UsageRecord],
    record: UsageRecord,
) -> int | None:
    """Return the index of the call that an incomplete record tells of; None where it is a call of its own."""
    near = []
    for place, call in enumerate(calls):
        if _may_copy(record, call):
            apart = abs(call.timestamp - record.timestamp)
            near.append((not _has_same_request(record, call), apart, place))
    if not near:
        return None
    *_, nearest = min(near)
    return nearest


def _has_same_request(
    record: UsageRecord,
    call: UsageRecord,
) -> bool:
    return bool(record.request) and call.request == record.request


def _may_copy(record: UsageRecord, call: UsageRecord) -> bool:
    if not any(record.prompt):
        return True
    if _has_same_request(record, call):
        return True
    if abs(call.timestamp - record.timestamp) > STREAM_MILLISECONDS:
        return False
    pairs = zip(record.prompt, call.prompt, strict=True)
    return all(mine <= theirs for mine, theirs in pairs)


def _is_incomplete(record: UsageRecord) -> bool:
    if not any(record.prompt):
        return True
    return record.output_lower_bound and record.output_tokens <= SNAPSHOT_OUTPUT


def _order_of(record: UsageRecord) -> tuple[int, tuple[int, int, int], int]:
    return record.timestamp, record.prompt, record.output_tokens
