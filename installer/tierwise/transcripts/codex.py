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
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec.structs import asdict, replace

from tierwise.files import find_home
from tierwise.transcripts.codex_lines import (
    Event,
    Line,
    SessionMeta,
    Spawn,
    Tokens,
    TurnContext,
    UsageRow,
)
from tierwise.transcripts.merge import milliseconds
from tierwise.transcripts.records import (
    CODEX_PREFIX,
    MAIN,
    UNKNOWN,
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
_DAMAGE = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    RecursionError,
)
_UUID_VERSION = slice(14, 15)
_UUID_TIME = slice(0, 13)

_Count = tuple[Tokens, Tokens]
"""A thread's total after a call, and the call's own tokens: what a call and its copies agree in."""

_Told = dict[tuple[str, _Count], UsageRecord]
"""Calls by the thread that told of them; one that only copies tell of by the oldest thread that is known."""


@dataclass
class _Call:
    count: _Count
    record: UsageRecord
    is_copied: bool


@dataclass
class _Thread:
    """What one rollout tells."""

    meta: SessionMeta | None = None
    parents: dict[str, str] = field(default_factory=dict)
    """The thread that each named thread was made from."""
    spawning_calls: dict[str, str] = field(default_factory=dict)
    """The call that began each thread of an agent, as its parent tells."""
    calls: list[_Call] = field(default_factory=list)
    lines: int = 0
    damaged: int = 0
    size: int = 0
    is_copying: bool = False
    model: str = ""
    effort: str = ""
    total: Tokens | None = None
    """Of the last ``token_count``."""
    unpaired: list[_Count] = field(default_factory=list)
    """Calls told by a ``token_usage_record`` whose ``token_count`` is still to come."""

    @property
    def name(self) -> str:
        """The thread's id; empty before its first line."""
        if self.meta is None:
            return ""
        return self.meta.id

    def take_line(self, text: bytes) -> None:
        """Take one line.  Raises msgspec.DecodeError for a damaged one."""
        line = msgspec.json.decode(text, type=Line)
        self._leave_copy(line)
        if line.type == "session_meta":
            self._take_meta(msgspec.json.decode(line.payload, type=SessionMeta))
        elif line.type == "turn_context":
            self._take_turn(msgspec.json.decode(line.payload, type=TurnContext))
        elif line.type == "token_usage_record":
            self._take_row(
                msgspec.json.decode(line.payload, type=UsageRow),
                line,
            )
        elif line.type == "event_msg":
            self._take_event(
                msgspec.json.decode(line.payload, type=Event),
                line,
            )

    def _take_meta(self, meta: SessionMeta) -> None:
        parent = meta.forked_from_id or meta.parent_thread_id
        if parent:
            self.parents[meta.id] = parent
        if self.meta is None:
            self.meta = meta
            self.is_copying = meta.forked_from_id is not None
        elif meta.id != self.meta.id and not self.calls:
            self.parents.setdefault(self.meta.id, meta.id)
            self.is_copying = True

    def _take_turn(self, turn: TurnContext) -> None:
        self._begin_turn(turn.turn_id)
        self.model = turn.model
        self.effort = turn.effort or ""

    def _take_event(
        self,
        event: Event,
        line: Line,
    ) -> None:
        if event.type == "task_started":
            self._begin_turn(event.turn_id)
        elif event.type == "item_completed":
            spawn = msgspec.json.decode(event.item, type=Spawn)
            self.spawning_calls.update(dict.fromkeys(spawn.threads, spawn.id))
        if event.type != "token_count" or event.info is None:
            return
        total = event.info.total_token_usage
        tokens = event.info.last_token_usage
        if total is None or tokens is None or total == self.total:
            return
        self.total = total
        count = (total, tokens)
        if not self._pair_count(count):
            self._add_call(count, line)

    def _pair_count(self, count: _Count) -> bool:
        """Whether a ``token_usage_record`` has told of the call; it then waits for no other count."""
        total, tokens = count
        waiting = [row for row in self.unpaired if row[0] == total]
        waiting += [row for row in self.unpaired if row[1] == tokens]
        if not waiting:
            return False
        self.unpaired.remove(waiting[0])
        return True

    def _take_row(
        self,
        row: UsageRow,
        line: Line,
    ) -> None:
        if self.meta is not None and row.thread_id:
            self.is_copying = row.thread_id != self.meta.id
        count = row.thread_token_usage, row.usage
        self.unpaired.append(count)
        self._add_call(count, line)

    def _leave_copy(self, line: Line) -> None:
        if self.meta is None or line.ordinal is None:
            return
        start = self.meta.subagent_history_start_ordinal
        if start is not None and line.ordinal >= start:
            self.is_copying = False

    def _begin_turn(self, turn_id: str) -> None:
        """End the copied part at the first turn that is no older than the thread, where ids tell their time."""
        if self.is_copying and self.meta is not None:
            begun = _read_uuid_time(turn_id)
            made = _read_uuid_time(self.meta.id)
            self.is_copying = not (begun and made and begun >= made)

    def _add_call(
        self,
        count: _Count,
        line: Line,
    ) -> None:
        if self.meta is None:
            return
        meta = self.meta
        _, tokens = count
        cached = tokens.cached_input_tokens
        written = tokens.cache_write_input_tokens
        agent = _name_agent(meta.source)
        agent_id = meta.id
        if agent == MAIN:
            agent_id = ""
        record = UsageRecord(
            message_id=f"{CODEX_PREFIX}{meta.id}:{len(self.calls)}",
            session=meta.session_id or meta.id,
            model=self.model or UNKNOWN,
            timestamp=milliseconds(line.timestamp),
            agent=agent,
            is_main=agent == MAIN,
            project=meta.cwd,
            branch=(meta.git and meta.git.branch) or "",
            effort=self.effort,
            version=meta.cli_version,
            input_tokens=max(tokens.input_tokens - cached - written, 0),
            output_tokens=tokens.output_tokens,
            thinking_tokens=tokens.reasoning_output_tokens,
            cache_write_5m_tokens=written,
            cache_read_tokens=cached,
            agent_id=agent_id,
        )
        self.calls.append(_Call(count, record, self.is_copying))


def find_codex_home(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder of Codex: ``CODEX_HOME``, else ``~/.codex``."""
    if environ is None:
        environ = os.environ
    stated = environ.get("CODEX_HOME")
    if stated:
        return Path(stated)
    return Path(find_home(environ), ".codex")


def read_codex_usage(
    home: Path, since: datetime | None = None, until: datetime | None = None
) -> Usage:
    """Every call that the rollouts of ``home`` tell of, from ``since`` (aware) until before ``until``, each once.

    Of a copied history whose thread is not there any more the first copy counts, and is ``forked``.
    """
    threads: list[_Thread] = []
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


def _read_rollout(path: Path) -> _Thread:
    thread = _Thread()
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
            except _DAMAGE:
                thread.damaged += 1
    return thread


def _count_once(threads: list[_Thread]) -> list[UsageRecord]:
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
    threads: list[_Thread],
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
    count: _Count,
) -> UsageRecord | None:
    for name in ancestors:
        if (name, count) in told:
            return told[name, count]
    return None


def _drop_twins(threads: list[_Thread]) -> list[_Thread]:
    """One file a thread that has a name, the longest: an archived one may be there twice."""
    longest: dict[str, _Thread] = {}
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
    """The thread itself, the one it was made from, and so on; a circle ends."""
    seen: set[str] = set()
    while thread and thread not in seen:
        seen.add(thread)
        yield thread
        thread = parents.get(thread, "")


def _name_agent(source: object) -> str:
    """Return the role of a subagent's thread; :data:`MAIN` for a thread that a person began."""
    if not isinstance(source, dict) or "subagent" not in source:
        return MAIN
    role = source["subagent"]
    if isinstance(role, dict):
        spawn = role.get("thread_spawn")
        role = None
        if isinstance(spawn, dict):
            role = spawn.get("agent_role")
    if not isinstance(role, str):
        return UNKNOWN
    return role or UNKNOWN


def _read_uuid_time(name: str) -> int:
    """Return the milliseconds that an id of UUID's version 7 begins with; 0 for any other id."""
    if name[_UUID_VERSION] != "7":
        return 0
    try:
        return int(name[_UUID_TIME].replace("-", ""), 16)
    except ValueError:
        return 0


def _is_inside(
    stamp: int,
    since: datetime | None,
    until: datetime | None,
) -> bool:
    if since is not None and stamp < since.timestamp() * 1000:
        return False
    return until is None or stamp < until.timestamp() * 1000
