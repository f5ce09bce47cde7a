"""What was read of all files to the usage of a window: one record a call, bills and pull requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from tierwise.transcripts.copies import (
    name_call,
    settle_shared_ids,
)
from tierwise.transcripts.follow import FileState
from tierwise.transcripts.merge import merge
from tierwise.transcripts.reading import FileReading, name_agents
from tierwise.transcripts.records import (
    CostState,
    Coverage,
    PullRequest,
    Usage,
    UsageRecord,
)


class TimeWindow(NamedTuple):
    """Milliseconds since 1970, ``since`` included, ``until`` not."""

    since: int
    until: int

    def holds(self, timestamp: int) -> bool:
        """Return whether a call that was made then is in the window."""
        return self.since <= timestamp < self.until


EVER = TimeWindow(-(1 << 62), 1 << 62)
"""The window that holds every call."""


def make_usage(
    states: dict[str, FileState],
    there: Coverage,
    window: TimeWindow,
) -> Usage:
    """Return the calls of a window, each once; ``states``: what was read, by path, ``there``: what there is."""
    readings: list[FileReading] = []
    for _, state in sorted(states.items()):
        readings += [state.content.body, state.content.tail]
    merged, apart = _merge_readings(readings)
    named = name_agents(merged, readings)
    records = [record for record in named if window.holds(record.timestamp)]
    records.sort(key=attrgetter("timestamp"))
    sessions = {record.session for record in records}
    bills = _collect_bills(readings)
    if window != EVER:
        bills = {session: bill for session, bill in bills.items() if session in sessions}
    return Usage(
        records,
        _count_calls(records, apart, there, len(sessions)),
        bills,
        _find_origins(merged, readings, bills),
        _collect_pull_requests(readings, sessions),
    )


def _count_calls(
    records: list[UsageRecord],
    apart: set[str],
    there: Coverage,
    sessions: int,
) -> Coverage:
    """Return the coverage with what came of it; ``apart`` are the ids that several calls share."""
    calls = [record.rows for record in records if record.kind == "message"]
    return replace(
        there,
        usage_rows=sum(calls),
        duplicate_rows=sum(calls) - len(calls),
        shared_id_records=sum(record.message_id in apart for record in records),
        records=len(records),
        lower_bound_records=sum(record.output_lower_bound for record in records),
        sessions=sessions,
    )


def _collect_pull_requests(
    readings: Iterable[FileReading], sessions: Collection[str]
) -> dict[str, list[PullRequest]]:
    links = FileReading()
    for reading in readings:
        for link in reading.pull_requests.values():
            links.link(link)
    found: dict[str, list[PullRequest]] = defaultdict(list)
    for link in sorted(links.pull_requests.values(), key=attrgetter("linked", "name")):
        if link.session in sessions:
            found[link.session].append(link)
    return dict(found)


def _find_origins(
    merged: dict[str, UsageRecord], readings: Iterable[FileReading], bills: dict[str, CostState]
) -> dict[str, dict[str, int]]:
    """Return when the last copied call of each other session was made, by session with a bill."""
    found: dict[str, dict[str, int]] = {}
    if not bills:
        return found
    for reading in readings:
        for record in reading.records.values():
            if record.session not in bills or not record.is_main:
                continue
            origin = merged.get(name_call(merged, record))
            if origin is None or not origin.is_main or origin.session == record.session:
                continue
            until = found.setdefault(record.session, {})
            before = until.get(origin.session, 0)
            until[origin.session] = max(before, origin.timestamp)
    return found


def _merge_readings(readings: Iterable[FileReading]) -> tuple[dict[str, UsageRecord], set[str]]:
    """Return one record a call, and the ids of those that shared another call's."""
    merged: dict[str, UsageRecord] = {}
    rivals: dict[str, set[str]] = {}
    for reading in readings:
        for record in reading.records.values():
            name = name_call(merged, record)
            known = merged.setdefault(name, record)
            if known is not record:
                if known.session != record.session and _are_alike(known, record):
                    rivals.setdefault(name, {known.session}).add(record.session)
                merged[name] = merge(known, record)
    _settle_rivals(merged, rivals)
    return merged, settle_shared_ids(merged)


def _are_alike(one: UsageRecord, other: UsageRecord) -> bool:
    """Return whether nothing in two tellings of a call says which is the copy: older forks rewrite only the session."""
    if one.timestamp != other.timestamp or one.forked or other.forked:
        return False
    return one.is_main and other.is_main


def _settle_rivals(
    merged: dict[str, UsageRecord],
    rivals: dict[str, set[str]],
) -> None:
    """Give each call that several sessions claim to the one that had calls of its own first, or none but these.

    A fork is made to go on, so its own calls come after those of the session that it was made from.
    """
    if not rivals:
        return
    first: dict[str, int] = {}
    for key, record in merged.items():
        if record.is_main and key not in rivals:
            known = first.get(record.session, record.timestamp)
            first[record.session] = min(known, record.timestamp)
    for key, sessions in rivals.items():
        if merged[key].session in sessions:
            origin = min(sessions, key=lambda session: (first.get(session, 0), session))
            merged[key] = replace(merged[key], session=origin)


def _collect_bills(readings: Iterable[FileReading]) -> dict[str, CostState]:
    bills = FileReading()
    for reading in readings:
        for state in reading.cost_states.values():
            bills.bill(state)
    return bills.cost_states
