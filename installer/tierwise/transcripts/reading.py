"""What a stretch of one transcript tells, and putting what several stretches tell together."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import force_setattr, replace

from tierwise.transcripts.copies import add_row
from tierwise.transcripts.records import (
    UNKNOWN,
    CostState,
    PullRequest,
    UsageRecord,
)

keep_one = sys.intern
"""Names that many calls share stand in memory once, and are compared and looked up by their address."""

_SHARED = (
    "session",
    "model",
    "agent",
    "project",
    "branch",
    "effort",
    "version",
    "agent_id",
)


class Note(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a tool result says of a subagent."""

    agent: str = ""
    tool_use_id: str = ""


class FileReading(msgspec.Struct, array_like=True):
    """What a stretch of one file tells."""

    lines: int = 0
    damaged: int = 0
    records: dict[str, UsageRecord] = msgspec.field(default_factory=dict)
    """By :func:`tierwise.transcripts.copies.name_call`, merged within the file."""
    notes: dict[str, Note] = msgspec.field(default_factory=dict)
    """By agent id."""
    cost_states: dict[str, CostState] = msgspec.field(default_factory=dict)
    pull_requests: dict[str, PullRequest] = msgspec.field(default_factory=dict)
    """By session and name."""

    def add(self, record: UsageRecord) -> str:
        """Keep ``record``, merged with what is known of the same call; return its name in ``records``."""
        return add_row(self.records, record)

    def count_row(self, name: str) -> None:
        """Count one more row that says what is known of a call."""
        record = self.records.get(name)
        if record:
            force_setattr(record, "rows", record.rows + 1)

    def bill(self, state: CostState) -> None:
        """Keep a session's bill if it is the largest so far: it only ever grows."""
        known = self.cost_states.get(state.session)
        if known is None or state.cost_usd >= known.cost_usd:
            self.cost_states[state.session] = state

    def link(self, found: PullRequest) -> None:
        """Keep the first time that a session was linked to a pull request: the client repeats the line."""
        key = f"{found.session} {found.name}"
        known = self.pull_requests.get(key)
        if known is None or found.linked < known.linked:
            self.pull_requests[key] = found


def share_names(reading: FileReading) -> None:
    """Keep the names that many calls share once, as :func:`scan` does: decoding made each anew."""
    for record in reading.records.values():
        for field in _SHARED:
            name = keep_one(getattr(record, field))
            force_setattr(record, field, name)


def absorb(into: FileReading, added: FileReading) -> FileReading:
    """Return ``into`` with what a later stretch of the same file tells."""
    into.lines += added.lines
    into.damaged += added.damaged
    for record in added.records.values():
        into.add(record)
    into.notes.update(added.notes)
    for state in added.cost_states.values():
        into.bill(state)
    for found in added.pull_requests.values():
        into.link(found)
    return into


def keep_history(new: FileReading, *old: FileReading) -> FileReading:
    """Return ``new``, the reading of a file from its start, with the calls of ``old`` that the file no longer has.

    A call that was made stays made, whatever became of the line that told of it.
    """
    rows = {name: record.rows for name, record in new.records.items()}
    for reading in old:
        calls_alone = replace(reading, lines=0, damaged=0)
        absorb(new, calls_alone)
    for name, number in rows.items():  # those are the same rows, seen again
        force_setattr(new.records[name], "rows", number)
    return new


def keep_gone(new: FileReading, *old: FileReading) -> FileReading:
    """Return ``new`` with the calls of ``old``, read by another version, that the file no longer has.

    What another version made of a line that is still there is not believed.
    """
    there = {record.message_id for record in new.records.values()}
    for reading in old:
        gone = {}
        for name, record in reading.records.items():
            if record.message_id not in there:
                gone[name] = record
        calls_alone = replace(
            reading,
            lines=0,
            damaged=0,
            records=gone,
        )
        absorb(new, calls_alone)
    return new


def name_agents(
    merged: Mapping[str, UsageRecord],
    readings: Iterable[FileReading],
) -> list[UsageRecord]:
    """Return the records with the agent's type filled in from tool results where nothing better named it."""
    notes: dict[str, Note] = {}
    for reading in readings:
        notes.update(reading.notes)
    records = []
    for record in merged.values():
        is_named = record.is_main or (record.agent and record.tool_use_id)
        if not is_named:
            record = _name_agent(record, notes)
        records.append(record)
    return records


def _name_agent(
    record: UsageRecord,
    notes: dict[str, Note],
) -> UsageRecord:
    note = notes.get(record.agent_id, Note())
    return replace(
        record,
        agent=record.agent or note.agent or UNKNOWN,
        tool_use_id=record.tool_use_id or note.tool_use_id,
    )
