"""Transcripts to usage records: find the files, read what is new, merge what they tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from msgspec.structs import replace

from tierwise.cost.follow import State
from tierwise.cost.merge import merge
from tierwise.cost.records import UNKNOWN, CostState, Coverage, Usage, UsageRecord
from tierwise.cost.roots import Transcript, find_transcripts
from tierwise.cost.scan import Note, Reading
from tierwise.cost.share import read_each
from tierwise.cost.store import Store, open_store

Progress = Callable[[int, int], None]
"""Called as ``progress(bytes_done, bytes_total)`` while files are read."""


def read_usage(
    roots: Sequence[str | Path],
    since: datetime | None = None,
    until: datetime | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
    *,
    rebuild: bool = False,
) -> Usage:
    """Every API call that the transcripts under ``roots`` tell of, from ``since`` (aware) until before ``until``.

    ``roots`` are folders that hold ``projects/`` (see :func:`tierwise.cost.roots.find_roots`).  ``store`` is the
    path of the store; None reads without one.  ``rebuild`` reads every file again that is still there.  A window
    changes which records come back, never what a record says.  Raises OutsideError where the store fails.
    """
    real = [os.path.realpath(root) for root in roots]
    files = find_transcripts(real)
    with open_store(store) if store is not None else nullcontext() as opened:
        if opened and rebuild:
            opened.forget([file.path for file in files])
        states = opened.load(real) if opened else {}
        unreadable = _read_new(files, states, opened, progress)
    return _usage(files, states, unreadable, _milliseconds(since), _milliseconds(until))


def _read_new(files: list[Transcript], states: dict[str, State], store: Store | None, progress: Progress | None) -> int:
    """Bring ``states`` and the store up to the files; return how many could not be read."""
    # Results of tools are worth reading only where they alone can tell an agent's type.
    notes = any(file.is_agent and not file.has_meta for file in files)
    stale = [file for file in files if not (file.path in states and states[file.path].covers(file, notes))]
    total = sum(file.size - _read_so_far(file, states) for file in stale)
    done = unreadable = 0

    def tell(size: int) -> None:
        nonlocal done
        done += size
        if progress:
            progress(min(done, total), total)

    work = [(file, states.get(file.path)) for file in stale]
    for file, state in read_each(work, notes, total, tell if progress else None):
        if state is None:
            unreadable += 1
            continue
        if store:
            store.save(file.path, state, states.get(file.path))
        states[file.path] = state
    return unreadable


def _read_so_far(file: Transcript, states: dict[str, State]) -> int:
    known = states.get(file.path)
    return known.offset if known and known.offset <= file.size else 0


def _usage(
    files: list[Transcript], states: dict[str, State], unreadable: int, since: int | None, until: int | None
) -> Usage:
    readings = [reading for _, state in sorted(states.items()) for reading in (state.body, state.tail)]
    merged = _merged(readings)
    named = _named(merged, readings, states)
    records = [
        record
        for record in named
        if (since is None or record.timestamp >= since) and (until is None or record.timestamp < until)
    ]
    records.sort(key=attrgetter("timestamp"))
    rows = sum(reading.rows for reading in readings)
    calls = sum(record.kind == "message" for record in named)
    return Usage(
        records,
        Coverage(
            files=len(files),
            bytes=sum(file.size for file in files),
            lines=sum(reading.lines for reading in readings),
            damaged_lines=sum(reading.damaged for reading in readings),
            unreadable_files=unreadable,
            usage_rows=rows,
            duplicate_rows=rows - calls,
            gone_files=len(states.keys() - {file.path for file in files}),
            records=len(records),
            lower_bound_records=sum(record.output_lower_bound for record in records),
            sessions=len({record.session for record in records}),
        ),
        _cost_states(readings),
    )


def _merged(readings: Iterable[Reading]) -> dict[str, UsageRecord]:
    merged: dict[str, UsageRecord] = {}
    for reading in readings:
        for key, record in reading.records.items():
            known = merged.setdefault(key, record)
            if known is not record:
                merged[key] = merge(known, record)
    return merged


def _named(merged: dict[str, UsageRecord], readings: Iterable[Reading], states: dict[str, State]) -> list[UsageRecord]:
    """The records with the agent's type filled in from tool results where nothing better named it."""
    notes: dict[str, Note] = {}
    for reading in readings:
        notes.update(reading.notes)
    return [
        record if (record.agent and record.tool_use_id) or record.is_main else _name(record, notes)
        for record in merged.values()
    ]


def _name(record: UsageRecord, notes: dict[str, Note]) -> UsageRecord:
    note = notes.get(record.agent_id, Note())
    return replace(
        record,
        agent=record.agent or note.agent or UNKNOWN,
        tool_use_id=record.tool_use_id or note.tool_use_id,
    )


def _cost_states(readings: Iterable[Reading]) -> dict[str, CostState]:
    bills = Reading()
    for reading in readings:
        for state in reading.cost_states.values():
            bills.bill(state)
    return bills.cost_states


def _milliseconds(when: datetime | None) -> int | None:
    return None if when is None else round(when.timestamp() * 1000)
