"""What one thread's file of Codex tells: its calls, where it was made from, and which part of it is a copy."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from tierwise.loose import as_text, value_at
from tierwise.transcripts.codex_lines import (
    CodexEvent,
    CodexLine,
    CodexSpawnCall,
    CodexTokens,
    SessionMeta,
    TurnContext,
    UsageRow,
)
from tierwise.transcripts.merge import milliseconds
from tierwise.transcripts.records import (
    CODEX_PREFIX,
    MAIN,
    UNKNOWN,
    UsageRecord,
)

_UUID_VERSION = slice(14, 15)
_UUID_TIME = slice(0, 13)

Count = tuple[CodexTokens, CodexTokens]
"""A thread's total after a call, and the call's own tokens: what a call and its copies agree in."""


@dataclass
class ThreadCall:
    """One call of a thread."""

    count: Count
    record: UsageRecord
    is_copied: bool


@dataclass
class Thread:
    """What one rollout tells."""

    meta: SessionMeta | None = None
    parents: dict[str, str] = field(default_factory=dict)
    """The thread that each named thread was made from."""
    spawning_calls: dict[str, str] = field(default_factory=dict)
    """The call that began each thread of an agent, as its parent tells."""
    calls: list[ThreadCall] = field(default_factory=list)
    lines: int = 0
    damaged: int = 0
    size: int = 0
    is_copying: bool = False
    model: str = ""
    effort: str = ""
    total: CodexTokens | None = None
    """Of the last ``token_count``."""
    unpaired: list[Count] = field(default_factory=list)
    """Calls told by a ``token_usage_record`` whose ``token_count`` is still to come."""

    @property
    def name(self) -> str:
        """The thread's id; empty before its first line."""
        if self.meta is None:
            return ""
        return self.meta.id

    def take_line(self, text: bytes) -> None:
        """Take one line.  Raises msgspec.DecodeError for a damaged one."""
        line = msgspec.json.decode(text, type=CodexLine)
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
                msgspec.json.decode(line.payload, type=CodexEvent),
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
        event: CodexEvent,
        line: CodexLine,
    ) -> None:
        if event.type == "task_started":
            self._begin_turn(event.turn_id)
        elif event.type == "item_completed":
            spawn = msgspec.json.decode(event.item, type=CodexSpawnCall)
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

    def _pair_count(self, count: Count) -> bool:
        """Return whether a ``token_usage_record`` has told of the call; it then waits for no other count."""
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
        line: CodexLine,
    ) -> None:
        if self.meta is not None and row.thread_id:
            self.is_copying = row.thread_id != self.meta.id
        count = row.thread_token_usage, row.usage
        self.unpaired.append(count)
        self._add_call(count, line)

    def _leave_copy(self, line: CodexLine) -> None:
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
        count: Count,
        line: CodexLine,
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
        self.calls.append(ThreadCall(count, record, self.is_copying))


def _name_agent(source: object) -> str:
    """Return the role of a subagent's thread; :data:`MAIN` for a thread that a person began."""
    if not isinstance(source, dict) or "subagent" not in source:
        return MAIN
    role = source["subagent"]
    if isinstance(role, dict):
        role = value_at(role, "thread_spawn", "agent_role")
    return as_text(role) or UNKNOWN


def _read_uuid_time(name: str) -> int:
    """Return the milliseconds that an id of UUID's version 7 begins with; 0 for any other id."""
    if name[_UUID_VERSION] != "7":
        return 0
    try:
        return int(name[_UUID_TIME].replace("-", ""), 16)
    except ValueError:
        return 0
