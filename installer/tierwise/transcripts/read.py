"""Transcripts to usage records: find the files, read what is new, merge what they tell."""

from __future__ import annotations

import os
from array import array
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Sequence,
)
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tierwise.transcripts.copies import (
    name_call,
    settle_shared_ids,
)
from tierwise.transcripts.follow import (
    Digest,
    Place,
    State,
    digest,
)
from tierwise.transcripts.merge import merge
from tierwise.transcripts.reading import Reading, name_agents
from tierwise.transcripts.records import (
    CostState,
    Coverage,
    PullRequest,
    Usage,
    UsageRecord,
)
from tierwise.transcripts.roots import (
    Transcript,
    find_transcripts,
)
from tierwise.transcripts.share import (
    Meanwhile,
    Tell,
    Work,
    do_nothing,
    read_each,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tierwise.transcripts.store import Store

_BATCH = 64 << 20
"""Bytes of transcripts after which what was read of them is written to the store."""


class Window(NamedTuple):
    """Milliseconds since 1970, ``since`` included, ``until`` not."""

    since: int
    until: int

    def holds(self, timestamp: int) -> bool:
        """Whether a call that was made then is in the window."""
        return self.since <= timestamp < self.until


_EVER = Window(-(1 << 62), 1 << 62)

Progress = Callable[[int, int], None]
"""Called as ``progress(bytes_done, bytes_total)`` while files are read."""


class _Beside(NamedTuple):
    """What goes on beside the reading."""

    progress: Progress | None
    meanwhile: Meanwhile


def read_usage(
    roots: Sequence[str | Path],
    since: datetime | None = None,
    until: datetime | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
    *,
    rebuild: bool = False,
    transcripts: list[Transcript] | None = None,
    meanwhile: Meanwhile = do_nothing,
) -> Usage:
    """Every API call that the transcripts under ``roots`` tell of, from ``since`` (aware) until before ``until``.

    ``roots`` are folders that hold ``projects/`` (see :func:`tierwise.transcripts.roots.find_roots`).  ``store`` is the
    path of the store; None reads without one.  ``rebuild`` reads every file again that is still there.
    ``transcripts`` are those under ``roots`` where the caller has looked already; ``meanwhile`` is called where a second
    process has begun to read.  A window changes which records
    come back, never what a record says.  Raises OutsideError where the store fails.
    """
    window = Window(
        since=_to_milliseconds(since, _EVER.since),
        until=_to_milliseconds(until, _EVER.until),
    )
    real = [os.path.realpath(root) for root in roots]
    if transcripts is None:
        transcripts = find_transcripts(real)
    beside = _Beside(progress, meanwhile)
    if store is None:
        return _read_without_store(transcripts, window, beside)
    from tierwise.transcripts.store import open_store

    with open_store(store) as opened:
        return _read_by_store(
            opened,
            real,
            transcripts,
            window,
            beside,
            rebuild=rebuild,
        )


def _read_by_store(
    store: Store,
    roots: list[str],
    files: list[Transcript],
    window: Window,
    beside: _Beside,
    *,
    rebuild: bool,
) -> Usage:
    """Read what is new, and from the store what else the window's records need."""
    states: dict[str, State] = {}
    places: dict[str, Place] = {}
    digests: dict[str, Digest] = {}
    for path, (place, known) in store.index(roots).items():
        places[path] = place
        digests[path] = known
    unreadable = _read_new(
        files,
        places,
        states,
        store,
        beside,
        anew=rebuild,
    )
    for path, state in states.items():
        digests[path] = digest(state.content)
    for path in _list_needed(digests, window) - states.keys():
        loaded = store.load(path)
        if loaded:
            states[path] = loaded
    counts = [(known.lines, known.damaged) for known in digests.values()]
    coverage = _make_coverage(
        files,
        unreadable,
        digests,
        counts,
    )
    return _make_usage(states, coverage, window)


def _read_without_store(
    files: list[Transcript],
    window: Window,
    beside: _Beside,
) -> Usage:
    states: dict[str, State] = {}
    unreadable = _read_new(files, {}, states, None, beside)
    contents = [state.content for state in states.values()]
    counts = [(content.lines, content.damaged) for content in contents]
    coverage = _make_coverage(files, unreadable, states, counts)
    return _make_usage(states, coverage, window)


def _read_new(
    files: list[Transcript],
    places: dict[str, Place],
    states: dict[str, State],
    store: Store | None,
    beside: _Beside,
    *,
    anew: bool = False,
) -> int:
    """Read what is new into ``states`` and the store; return how many files could not be read.

    ``anew``: everything is.  The store's rows are replaced, never taken away first: others may be reading them.
    """
    known = places
    if anew:
        known = {}
    stale = [file for file in files if not _is_covered(file, known)]
    total = sum(file.size - _read_so_far(file, known) for file in stale)
    work = _list_work(stale, known, store)
    unreadable = unsaved = 0
    batch: dict[str, State] = {}
    tell = _make_teller(beside.progress, total)
    for file, state in read_each(work, total, tell, beside.meanwhile):
        if state is None:
            unreadable += 1
            continue
        states[file.path] = batch[file.path] = state
        unsaved += file.size
        if unsaved > _BATCH:
            _save(store, batch, places)
            batch = {}
            unsaved = 0
    _save(store, batch, places)
    return unreadable


def _save(
    store: Store | None,
    batch: dict[str, State],
    places: dict[str, Place],
) -> None:
    if store and batch:
        store.save(batch, places)


def _make_teller(
    progress: Progress | None,
    total: int,
) -> Tell | None:
    if progress is None:
        return None
    report = progress
    done = 0

    def tell(size: int) -> None:
        nonlocal done
        done += size
        report(min(done, total), total)

    return tell


def _is_covered(
    file: Transcript,
    known: dict[str, Place],
) -> bool:
    place = known.get(file.path)
    return place is not None and place.covers(file)


def _list_work(
    stale: list[Transcript],
    known: dict[str, Place],
    store: Store | None,
) -> list[Work]:
    """Return the files to read, each with what is known of it."""
    work: list[Work] = []
    for file in stale:
        state = None
        if store and file.path in known:
            state = store.load(file.path)
        work.append((file, state))
    return work


def _list_needed(
    digests: dict[str, Digest],
    window: Window,
) -> set[str]:
    """The transcripts whose calls a window's records can come from.

    Those with calls in it, those that tell of the same calls (a copy may have another time), and those whose
    results name other files' agents.  So a window's records are the same as if everything had been loaded.
    """
    needed = set()
    calls: set[int] = set()
    for path, known in digests.items():
        reaches_window = known.first < window.until and known.last >= window.since
        if known.results or reaches_window:
            needed.add(path)
            calls.update(_read_ids(known))
    if window == _EVER:
        return needed
    for path, known in digests.items():
        if not calls.isdisjoint(_read_ids(known)):
            needed.add(path)
    return needed


def _read_ids(known: Digest) -> Sequence[int]:
    return array("I", known.ids)


def _read_so_far(
    file: Transcript,
    places: dict[str, Place],
) -> int:
    known = places.get(file.path)
    if known is None or known.offset > file.size:
        return 0
    return known.offset


def _make_coverage(
    files: list[Transcript],
    unreadable: int,
    known: Iterable[str],
    counts: list[tuple[int, int]],
) -> Coverage:
    """What there is to read; ``known`` are the paths of all that was ever read, ``counts`` their lines and damage."""
    there = {file.path for file in files}
    gone = set(known) - there
    return Coverage(
        files=len(files),
        bytes=sum(file.size for file in files),
        lines=sum(lines for lines, _ in counts),
        damaged_lines=sum(damaged for _, damaged in counts),
        unreadable_files=unreadable,
        gone_files=len(gone),
    )


def _make_usage(
    states: dict[str, State],
    there: Coverage,
    window: Window,
) -> Usage:
    readings: list[Reading] = []
    for _, state in sorted(states.items()):
        readings += [state.content.body, state.content.tail]
    merged, apart = _merge_readings(readings)
    named = name_agents(merged, readings)
    records = [record for record in named if window.holds(record.timestamp)]
    records.sort(key=attrgetter("timestamp"))
    sessions = {record.session for record in records}
    bills = _cost_states(readings)
    if window != _EVER:
        bills = {session: bill for session, bill in bills.items() if session in sessions}
    return Usage(
        records,
        _count_calls(records, apart, there, len(sessions)),
        bills,
        _forked_from(merged, readings, bills),
        _pull_requests(readings, sessions),
    )


def _count_calls(
    records: list[UsageRecord],
    apart: set[str],
    there: Coverage,
    sessions: int,
) -> Coverage:
    """The coverage with what came of it; ``apart`` are the ids that several calls share."""
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


def _pull_requests(
    readings: Iterable[Reading], sessions: Collection[str]
) -> dict[str, list[PullRequest]]:
    links = Reading()
    for reading in readings:
        for link in reading.pull_requests.values():
            links.link(link)
    found: dict[str, list[PullRequest]] = defaultdict(list)
    for link in sorted(links.pull_requests.values(), key=attrgetter("linked", "name")):
        if link.session in sessions:
            found[link.session].append(link)
    return dict(found)


def _forked_from(
    merged: dict[str, UsageRecord], readings: Iterable[Reading], bills: dict[str, CostState]
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


def _merge_readings(readings: Iterable[Reading]) -> tuple[dict[str, UsageRecord], set[str]]:
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
    """Whether nothing in two tellings of a call says which is the copy: older forks rewrite only the session."""
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


def _cost_states(readings: Iterable[Reading]) -> dict[str, CostState]:
    bills = Reading()
    for reading in readings:
        for state in reading.cost_states.values():
            bills.bill(state)
    return bills.cost_states


def _to_milliseconds(
    when: datetime | None,
    default: int,
) -> int:
    if when is None:
        return default
    return round(when.timestamp() * 1000)
