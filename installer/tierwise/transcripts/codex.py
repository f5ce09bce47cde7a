"""Codex's session records ("rollouts") to usage records, each call once.

A rollout is one thread's file of JSON lines.  After each call it tells the call's tokens and the thread's running
total: as ``token_count``, and since 0.171 before that as ``token_usage_record``.  The same total again is no new call.
The file of a fork, or of a subagent that was given its parent's history, begins with a copy of that history, often
under new times: its counts are calls of the parent, and count only where no older thread tells of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from msgspec.structs import asdict, replace

from tierwise.files import find_home
from tierwise.transcripts.codex_thread import Count, Thread
from tierwise.transcripts.decode import UNREADABLE
from tierwise.transcripts.records import (
    CodexCoverage,
    Coverage,
    Usage,
    UsageRecord,
)

_FOLDERS = ("sessions", "archived_sessions")
_TOLD = (
    b'"session_meta"',
    b'"turn_context"',
    b'"task_started"',
    b'"token_count"',
    b'"token_usage_record"',
    b'"CollabAgentToolCall"',
    b'"SubAgentActivity"',
)
_Told = dict[tuple[str, Count], UsageRecord]
"""Calls by the thread that told of them; one that only copies tell of by the oldest thread that is known."""


def find_codex_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of Codex: ``CODEX_HOME``, else ``~/.codex``."""
    stated = environ.get("CODEX_HOME")
    if stated:
        return Path(stated)
    return Path(find_home(environ), ".codex")


def read_codex_usage(
    home: Path, since: datetime | None = None, until: datetime | None = None
) -> Usage:
    """Return every call that the rollouts of ``home`` tell of, from ``since`` (aware) until before ``until``, each once.

    Of a copied history whose thread is not there any more the first copy counts, and is ``forked``.
    """
    threads: list[Thread] = []
    unreadable = 0
    for path in _list_rollouts(home):
        try:
            threads.append(_read_rollout(path))
        except OSError:
            unreadable += 1
    told = _count_once(threads)
    records = [record for record in told if _is_inside(record.timestamp, since, until)]
    records.sort(key=attrgetter("timestamp", "message_id"))
    rows = sum(record.rows for record in records)
    copies = rows - len(records)
    files = len(threads) + unreadable
    coverage = Coverage(
        files=files,
        bytes=sum(thread.size for thread in threads),
        lines=sum(thread.lines for thread in threads),
        damaged_lines=sum(thread.damaged for thread in threads),
        unreadable_files=unreadable,
        usage_rows=rows,
        duplicate_rows=copies,
        records=len(records),
        sessions=len({record.session for record in records}),
        codex=CodexCoverage(files, len(records), copies),
    )
    return Usage(records, coverage, {})


def add_usage(one: Usage, other: Usage) -> Usage:
    """Return the calls of two tools together; their sessions have nothing in common."""
    records = sorted(
        [*one.records, *other.records],
        key=attrgetter("timestamp"),
    )
    sums = asdict(one.coverage)
    del sums["codex"]
    for name in sums:
        sums[name] += getattr(other.coverage, name)
    coverage = Coverage(
        **sums,
        codex=one.coverage.codex or other.coverage.codex,
    )
    return replace(one, records=records, coverage=coverage)


def _list_rollouts(home: Path) -> list[Path]:
    """List the files in order of their names, which begin with their time: a thread after those it copies."""
    found: list[Path] = []
    for folder in _FOLDERS:
        found += (home / folder).glob("**/rollout-*.jsonl")
    files = [path for path in found if path.is_file()]
    return sorted(files, key=attrgetter("name"))


def _read_rollout(path: Path) -> Thread:
    thread = Thread()
    with path.open("rb") as handle:
        for text in handle:
            thread.size += len(text)
            if not text.endswith(b"\n"):
                break  # still being written
            thread.lines += 1
            if not text.rstrip().endswith(b"}"):
                thread.damaged += 1
                continue
            if not any(mark in text for mark in _TOLD):
                continue
            try:
                thread.take_line(text)
            except UNREADABLE:
                thread.damaged += 1
    return thread


def _count_once(threads: list[Thread]) -> list[UsageRecord]:
    """Return one record a call: the thread's own, else the first copy."""
    threads = _drop_twins(threads)
    told: _Told = {}
    records: list[UsageRecord] = []
    for thread in threads:
        for call in thread.calls:
            if not call.is_copied:
                told[thread.name, call.count] = call.record
                records.append(call.record)
    untold, copies = _settle_copies(threads, told)
    spawning_calls: dict[str, str] = {}
    for thread in threads:
        spawning_calls.update(thread.spawning_calls)
    counted = []
    for record in (*records, *untold):
        rows = 1 + copies[record.message_id]
        spawned_by = spawning_calls.get(record.agent_id, "")
        counted.append(replace(record, rows=rows, tool_use_id=spawned_by))
    return counted


def _settle_copies(
    threads: list[Thread],
    told: _Told,
) -> tuple[list[UsageRecord], Counter[str]]:
    """Return the calls that only copies tell of, and how many copies each call has, by its message id."""
    parents: dict[str, str] = {}
    for thread in threads:
        parents.update(thread.parents)
    names = {thread.name for thread in threads}
    untold: list[UsageRecord] = []
    copies: Counter[str] = Counter()
    for thread in threads:
        ancestors = list(_list_ancestors(thread.name, parents))
        is_orphan = not names.issuperset(ancestors)
        for call in thread.calls:
            if not call.is_copied:
                continue
            origin = _find_origin(
                told,
                ancestors[1:],
                call.count,
            )
            if origin is None:
                record = replace(call.record, forked=is_orphan)
                told[ancestors[-1], call.count] = record
                untold.append(record)
            else:
                copies[origin.message_id] += 1
    return untold, copies


def _find_origin(
    told: _Told,
    ancestors: list[str],
    count: Count,
) -> UsageRecord | None:
    for name in ancestors:
        if (name, count) in told:
            return told[name, count]
    return None


def _drop_twins(threads: list[Thread]) -> list[Thread]:
    """Return one file a thread that has a name, the longest: an archived one may be there twice."""
    longest: dict[str, Thread] = {}
    for thread in threads:
        if not thread.name:
            continue
        known = longest.get(thread.name)
        if known is None or len(thread.calls) > len(known.calls):
            longest[thread.name] = thread
    return list(longest.values())


def _list_ancestors(
    thread: str,
    parents: Mapping[str, str],
) -> Iterator[str]:
    """Yield the thread itself, the one it was made from, and so on; a circle ends."""
    seen: set[str] = set()
    while thread and thread not in seen:
        seen.add(thread)
        yield thread
        thread = parents.get(thread, "")


def _is_inside(
    stamp: int,
    since: datetime | None,
    until: datetime | None,
) -> bool:
    if since is not None and stamp < since.timestamp() * 1000:
        return False
    return until is None or stamp < until.timestamp() * 1000
