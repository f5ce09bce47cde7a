"""The lines of Codex's session records that tell of calls, as far as they are read."""

from __future__ import annotations

from typing import Annotated

import msgspec

_Amount = Annotated[int, msgspec.Meta(ge=0)]


class CodexTokens(msgspec.Struct, frozen=True):
    """Tokens of one call, or of a thread so far."""

    input_tokens: _Amount = 0
    """The whole prompt, caches included."""
    cached_input_tokens: _Amount = 0
    cache_write_input_tokens: _Amount = 0
    output_tokens: _Amount = 0
    """Reasoning included."""
    reasoning_output_tokens: _Amount = 0


class Counts(msgspec.Struct):
    """What a ``token_count`` tells."""

    total_token_usage: CodexTokens | None = None
    last_token_usage: CodexTokens | None = None


class CodexEvent(msgspec.Struct):
    """A ``token_count``, ``task_started`` or ``item_completed``; other events have other fields."""

    type: str = ""
    turn_id: str = ""
    info: Counts | None = None
    item: msgspec.Raw = msgspec.Raw()
    """A :class:`CodexSpawnCall`, among others."""


class CodexSpawnCall(msgspec.Struct):
    """A call that spawned an agent: a ``CollabAgentToolCall`` or, of the second kind of agents, a ``SubAgentActivity``.

    Waiting for an agent, writing to it and closing it are such calls too, and name the same thread.
    """

    type: str = ""
    id: str = ""
    """Of the call."""
    tool: str = ""
    kind: str = ""
    receiver_thread_ids: tuple[str, ...] = ()
    agent_thread_id: str = ""

    @property
    def threads(self) -> tuple[str, ...]:
        """The threads that it began."""
        if self.type == "CollabAgentToolCall" and self.tool == "spawn_agent":
            return self.receiver_thread_ids
        if self.type == "SubAgentActivity" and self.kind == "started":
            return (self.agent_thread_id,)
        return ()


class UsageRow(msgspec.Struct):
    """A ``token_usage_record``."""

    usage: CodexTokens
    thread_token_usage: CodexTokens
    thread_id: str = ""


class TurnContext(msgspec.Struct):
    """A ``turn_context``: what the calls that follow are made with."""

    turn_id: str = ""
    model: str = ""
    effort: str | None = None


class Branch(msgspec.Struct):
    """What of git is read."""

    branch: str | None = None


class SessionMeta(msgspec.Struct):
    """A ``session_meta``: the file's own first, then those of the threads that it copies."""

    id: str
    session_id: str = ""
    forked_from_id: str | None = None
    parent_thread_id: str | None = None
    cwd: str = ""
    cli_version: str = ""
    source: object = None
    git: Branch | None = None
    subagent_history_start_ordinal: int | None = None


class CodexLine(msgspec.Struct):
    """One line of a rollout; what its payload is, its type says."""

    type: str = ""
    timestamp: str = ""
    ordinal: int | None = None
    payload: msgspec.Raw = msgspec.Raw(b"{}")
