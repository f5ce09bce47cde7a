"""Whose calls a transcript tells of: by its place, its ``.meta.json`` and its lines."""

from __future__ import annotations

import os
from typing import NamedTuple

import msgspec

from tierwise.transcripts import decode
from tierwise.transcripts.records import MAIN


class Origin(msgspec.Struct, frozen=True):
    """What a file's place and its ``.meta.json`` say of the calls in it."""

    session: str
    """The session by the file's name or folder, for lines that name none."""
    agent_id: str = ""
    """Of a subagent's file; empty for a main transcript."""
    agent: str = ""
    tool_use_id: str = ""


def origin(
    path: str,
    meta: decode.Meta | None = None,
) -> Origin:
    """Return the origin of the file at ``path``.

    A path is ``SESSION.jsonl``, ``SESSION/subagents/**/agent-ID.jsonl`` or the old ``agent-ID.jsonl`` beside
    the main transcripts.
    """
    *folders, name = path.split(os.sep)
    stem = name.removesuffix(".jsonl")
    if not stem.startswith("agent-"):
        return Origin(stem)
    session = ""
    if "subagents" in folders:
        session = folders[folders.index("subagents") - 1]
    return Origin(
        session,
        stem.removeprefix("agent-"),
        (meta and meta.agentType) or "",
        (meta and meta.toolUseId) or "",
    )


class Caller(NamedTuple):
    """Who made a call."""

    session: str
    agent: str
    agent_id: str
    tool_use_id: str
    is_main: bool


def find_caller(start: Origin, data: decode.Line) -> Caller:
    """Return who made the call of a line in a file of this origin."""
    session = data.sessionId or start.session
    agent_id = data.agentId or start.agent_id
    agent = data.attributionAgent or ""
    if agent_id != start.agent_id:
        return Caller(
            session,
            agent,
            agent_id,
            "",
            is_main=False,
        )
    agent = agent or start.agent
    if data.isSidechain or agent_id:
        return Caller(
            session,
            agent,
            agent_id,
            start.tool_use_id,
            is_main=False,
        )
    return Caller(
        session,
        agent or MAIN,
        "",
        start.tool_use_id,
        is_main=True,
    )
