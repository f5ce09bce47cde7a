"""Transcripts to usage records: find the files, read what is new, merge what they tell."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tierwise.transcripts.follow import (
    Digest,
    FileState,
    ReadPlace,
    digest,
)
from tierwise.transcripts.records import Coverage, Usage
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
from tierwise.transcripts.usage import EVER, TimeWindow, make_usage

if TYPE_CHECKING:
    from pathlib import Path

    from tierwise.transcripts.store import UsageStore

_BATCH = 64 << 20
"""Bytes of transcripts after which what was read of them is written to the store."""


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
    """Return every API call that the transcripts under ``roots`` tell of, from ``since`` (aware) until before ``until``.

    ``roots`` are folders that hold ``projects/`` (see :func:`tierwise.transcripts.roots.find_roots`).  ``store`` is the
    path of the store; None reads without one.  ``rebuild`` reads every file again that is still there.
    ``transcripts`` are those under ``roots`` where the caller has looked already; ``meanwhile`` is called where a second
    process has begun to read.  A window changes which records
    come back, never what a record says.  Raises OutsideError where the store fails.
    """
    window = TimeWindow(
        since=_to_milliseconds(since, EVER.since),
        until=_to_milliseconds(until, EVER.until),
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
    store: UsageStore,
    roots: list[str],
    files: list[Transcript],
    window: TimeWindow,
    beside: _Beside,
    *,
    rebuild: bool,
) -> Usage:
    """Read what is new, and from the store what else the window's records need."""
    states: dict[str, FileState] = {}
    places: dict[str, ReadPlace] = {}
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
    return make_usage(states, coverage, window)


def _read_without_store(
    files: list[Transcript],
    window: TimeWindow,
    beside: _Beside,
) -> Usage:
    states: dict[str, FileState] = {}
    unreadable = _read_new(files, {}, states, None, beside)
    contents = [state.content for state in states.values()]
    counts = [(content.lines, content.damaged) for content in contents]
    coverage = _make_coverage(files, unreadable, states, counts)
    return make_usage(states, coverage, window)


def _read_new(
    files: list[Transcript],
    places: dict[str, ReadPlace],
    states: dict[str, FileState],
    store: UsageStore | None,
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
    batch: dict[str, FileState] = {}
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
    store: UsageStore | None,
    batch: dict[str, FileState],
    places: dict[str, ReadPlace],
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
    known: dict[str, ReadPlace],
) -> bool:
    place = known.get(file.path)
    return place is not None and place.covers(file)


def _list_work(
    stale: list[Transcript],
    known: dict[str, ReadPlace],
    store: UsageStore | None,
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
    window: TimeWindow,
) -> set[str]:
    """Return the transcripts whose calls a window's records can come from.

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
    if window == EVER:
        return needed
    for path, known in digests.items():
        if not calls.isdisjoint(_read_ids(known)):
            needed.add(path)
    return needed


def _read_ids(known: Digest) -> Sequence[int]:
    return array("I", known.ids)


def _read_so_far(
    file: Transcript,
    places: dict[str, ReadPlace],
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
    """Return what there is to read; ``known`` are the paths of all that was ever read, ``counts`` their lines and damage."""
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


def _to_milliseconds(
    when: datetime | None,
    default: int,
) -> int:
    if when is None:
        return default
    return round(when.timestamp() * 1000)
