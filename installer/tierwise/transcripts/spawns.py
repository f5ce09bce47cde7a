"""The subagents that a conversation asked for: agent, description and prompt of each call.

Texts are handed on to the caller and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

SPAWN_TOOLS = ("Agent", "Task")
DEFAULT_AGENT = "general-purpose"


@dataclass(frozen=True)
class Spawn:
    """One call: when (the client's own stamp, in UTC), which agent, what it is to do."""

    started: str
    agent: str
    description: str
    prompt: str
    call: str = ""
    """The call's ``tool_use_id``."""

    @property
    def text(self) -> str:
        """What the router reads: description and prompt."""
        return f"{self.description}\n{self.prompt}"


class _Input(msgspec.Struct, gc=False):
    subagent_type: str | None = None
    description: str | None = None
    prompt: str | None = None


class _Block(msgspec.Struct, gc=False):
    type: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = msgspec.Raw(b"null")


class _Message(msgspec.Struct, gc=False):
    content: list[_Block]


class _Line(msgspec.Struct, gc=False):
    type: str
    message: _Message
    timestamp: str | None = None


_LINE = msgspec.json.Decoder(_Line)
_INPUT = msgspec.json.Decoder(_Input)


def read_spawns(path: Path) -> list[Spawn]:
    """Read the spawns of one transcript, oldest first.  Raises OSError.  A damaged line costs that line."""
    with path.open("rb") as handle:
        return list(collect_spawns(handle))


def collect_spawns(lines: Iterable[bytes]) -> Iterator[Spawn]:
    """Every call for a subagent in a transcript's lines, each once though its line may be repeated."""
    seen: set[str] = set()
    for data in lines:
        if b'"tool_use"' not in data or b'"prompt"' not in data:
            continue
        try:
            line = _LINE.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        for block in line.message.content:
            spawn = _read_block(block, line.timestamp or "")
            if spawn is not None and block.id not in seen:
                seen.add(block.id or "")
                yield spawn


def _read_block(block: _Block, started: str) -> Spawn | None:
    if block.type != "tool_use" or block.name not in SPAWN_TOOLS:
        return None
    try:
        call = _INPUT.decode(block.input)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not call.prompt:
        return None
    agent = call.subagent_type or DEFAULT_AGENT
    return Spawn(started, agent, call.description or "", call.prompt, block.id or "")
