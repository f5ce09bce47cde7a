"""One transcript file, or what was added to it, to what it tells.

Bytes in, records out, line by line: a line without ``"usage"`` and without a session's own bill is only
counted.  A last line without its newline is still being written, so it is told apart from the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import PurePath
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from tierwise.cost import decode
from tierwise.cost.merge import is_call, merge, milliseconds, records_of
from tierwise.cost.records import MAIN, CostState, ModelTotal, UsageRecord

_CHECKED = 4096
"""A line up to this length is checked to be JSON even where it tells of no call; of a longer one, both ends."""


class Note(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a tool result says of a subagent."""

    agent: str = ""
    tool_use_id: str = ""


class Reading(msgspec.Struct, array_like=True):
    """What a stretch of one file tells."""

    lines: int = 0
    damaged: int = 0
    rows: int = 0
    records: dict[str, UsageRecord] = msgspec.field(default_factory=dict)
    """By ``message_id``, merged within the file."""
    notes: dict[str, Note] = msgspec.field(default_factory=dict)
    """By agent id."""
    cost_states: dict[str, CostState] = msgspec.field(default_factory=dict)

    def add(self, record: UsageRecord) -> None:
        """Keep ``record``, merged with what is known of the same call."""
        known = self.records.get(record.message_id)
        self.records[record.message_id] = merge(known, record) if known else record

    def bill(self, state: CostState) -> None:
        """Keep a session's bill if it is the largest so far: it only ever grows."""
        known = self.cost_states.get(state.session)
        if known is None or state.cost_usd >= known.cost_usd:
            self.cost_states[state.session] = state


class Origin(msgspec.Struct, frozen=True):
    """What a file's place and its ``.meta.json`` say of the calls in it."""

    session: str
    """The session by the file's name or folder, for lines that name none."""
    agent_id: str = ""
    """Of a subagent's file; empty for a main transcript."""
    agent: str = ""
    tool_use_id: str = ""


def origin(path: str, meta: decode.Meta | None = None) -> Origin:
    """The origin of the file at ``path``: ``SESSION.jsonl``, ``SESSION/subagents/**/agent-ID.jsonl`` or
    the old ``agent-ID.jsonl`` beside the main transcripts."""
    place = PurePath(path)
    if not place.stem.startswith("agent-"):
        return Origin(place.stem)
    parts = place.parts
    session = parts[parts.index("subagents") - 1] if "subagents" in parts else ""
    return Origin(
        session,
        place.stem.removeprefix("agent-"),
        (meta and meta.agentType) or "",
        (meta and meta.toolUseId) or "",
    )


def scan(
    handle: BinaryIO, start: Origin, progress: Callable[[int], None] | None = None
) -> tuple[Reading, Reading, int]:
    """Read from where ``handle`` stands to the end of the file.

    Returns the reading of the whole lines, that of an unfinished last line, and the number of bytes of the
    former.  ``progress`` is called with the size of each line.
    """
    reading, tail, size = Reading(), Reading(), 0
    reader = _Reader(reading, start)
    for line in handle:
        if line.endswith(b"\n"):
            size += len(line)
            reader.line(line)
        else:
            _Reader(tail, start).line(line)
        if progress:
            progress(len(line))
    return reading, tail, size


class _Reader:
    """Takes lines and fills a reading.  It remembers the last call: its rows follow each other."""

    def __init__(self, reading: Reading, start: Origin) -> None:
        self.reading = reading
        self.start = start
        self.last: decode.Message | None = None

    def line(self, line: bytes) -> None:
        reading = self.reading
        reading.lines += 1
        if b'"usage"' in line:
            self._usage(line)
        elif len(line) > _CHECKED:
            if not (line[:1] == b"{" and line.rstrip().endswith(b"}")):
                reading.damaged += 1
        elif b'"cost-state"' in line:
            self._bill(line)
        elif not line.isspace() and decode.read(decode.OBJECT, line) is None:
            reading.damaged += 1

    def _usage(self, line: bytes) -> None:
        data = decode.read(decode.LINE, line)
        if data is None:
            self.reading.damaged += decode.read(decode.OBJECT, line) is None or b'"assistant"' in line
            return
        if data.data is not None and data.data.message is not None:
            copy = data.data.message
            if copy.message is not None and is_call(copy.message):
                self._call(data, copy.message, copy, line)
        elif data.type == "user":
            self._note(data)
        elif data.message is not None and is_call(data.message):
            self._call(data, data.message, data, line)

    def _call(
        self, data: decode.Line, message: decode.Message, inner: decode.Line | decode.Embedded, line: bytes
    ) -> None:
        self.reading.rows += 1
        last, self.last = self.last, message
        if last is not None and message.id and message.id == last.id and _same(message, last):
            return
        start, embedded = self.start, inner is not data
        agent_id = (data.data.agentId or "" if data.data else "") if embedded else data.agentId or start.agent_id
        is_main = not (embedded or data.isSidechain or agent_id)
        known = agent_id == start.agent_id
        row = UsageRecord(
            message_id=message.id
            or (f"uuid:{inner.uuid}" if inner.uuid else f"row:{blake2b(line, digest_size=12).hexdigest()}"),
            session=data.sessionId or start.session,
            model=message.model or "unknown",
            timestamp=milliseconds(inner.timestamp or data.timestamp),
            agent=data.attributionAgent or (start.agent if known else "") or (MAIN if is_main else ""),
            is_main=is_main,
            project=data.cwd or "",
            branch=data.gitBranch or "",
            effort=inner.effort or "",
            version=data.version or "",
            agent_id=agent_id,
            tool_use_id=start.tool_use_id if known else "",
            forked=data.forkedFrom != b"null",
        )
        for record in records_of(row, message):
            self.reading.add(record)

    def _note(self, data: decode.Line) -> None:
        result = decode.read(decode.TOOL_RESULT, data.toolUseResult)
        if result is None or not result.agentId:
            return
        blocks = decode.read(decode.TOOL_RESULT_BLOCKS, data.message.content) if data.message else None
        used = next((block.tool_use_id for block in blocks or () if block.tool_use_id), "")
        self.reading.notes[result.agentId] = Note(result.agentType or "", used)

    def _bill(self, line: bytes) -> None:
        state = decode.read(decode.STATE, line)
        if state is None:
            self.reading.damaged += 1
        elif state.type == "cost-state" and (state.sessionId or self.start.session):
            self.reading.bill(_cost_state(state, state.sessionId or self.start.session))


def _same(message: decode.Message, last: decode.Message) -> bool:
    return message.usage == last.usage and message.stop_reason == last.stop_reason and message.model == last.model


def _cost_state(state: decode.State, session: str) -> CostState:
    models = {
        model: ModelTotal(
            total.inputTokens or 0,
            total.outputTokens or 0,
            total.cacheReadInputTokens or 0,
            total.cacheCreationInputTokens or 0,
            total.webSearchRequests or 0,
            total.costUSD or 0.0,
        )
        for model, total in (state.modelUsage or {}).items()
    }
    return CostState(session, state.totalCostUSD or 0.0, models, bool(state.hasUnknownModelCost))


def absorb(into: Reading, added: Reading) -> Reading:
    """``into`` with what a later stretch of the same file tells."""
    into.lines += added.lines
    into.damaged += added.damaged
    into.rows += added.rows
    for record in added.records.values():
        into.add(record)
    into.notes.update(added.notes)
    for state in added.cost_states.values():
        into.bill(state)
    return into


def keep_history(new: Reading, old: Reading) -> Reading:
    """``new``, the reading of a file from its start, with the calls of ``old`` that the file no longer has.

    A call that was made stays made, whatever became of the line that told of it.
    """
    return replace(absorb(replace(new), replace(old, lines=0, damaged=0, rows=0)))
