"""The subagents that a conversation asked for: agent, description and prompt of each call.

Texts are handed on to the caller and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tierwise.transcripts.blocks import (
    ContentBlock,
    list_blocks,
    read_input,
    read_line,
)

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
        """What the router reads: description and prompt; a prompt that is annotated comes first."""
        parts = [self.description, self.prompt]
        if self.prompt.lstrip().startswith("["):
            parts.reverse()
        return "\n".join(filter(None, parts))


class _Input(msgspec.Struct, gc=False):
    subagent_type: str | None = None
    description: str | None = None
    prompt: str | None = None


_INPUT = msgspec.json.Decoder(_Input)


def read_spawns(path: Path) -> list[Spawn]:
    """Read the spawns of one transcript, oldest first.  Raises OSError.  A damaged line costs that line."""
    with path.open("rb") as handle:
        return list(collect_spawns(handle))


def collect_spawns(lines: Iterable[bytes]) -> Iterator[Spawn]:
    """Yield every call for a subagent in a transcript's lines, each once though its line may be repeated."""
    seen: set[str] = set()
    for data in lines:
        if b'"tool_use"' not in data or b'"prompt"' not in data:
            continue
        line = read_line(data)
        if line is None:
            continue
        for block in list_blocks(line):
            spawn = _read_spawn(block, line.timestamp or "")
            if spawn is not None and block.id not in seen:
                seen.add(block.id or "")
                yield spawn


def _read_spawn(block: ContentBlock, started: str) -> Spawn | None:
    if block.type != "tool_use" or block.name not in SPAWN_TOOLS:
        return None
    call = read_input(block, _INPUT)
    if call is None or not call.prompt:
        return None
    agent = call.subagent_type or DEFAULT_AGENT
    return Spawn(
        started,
        agent,
        call.description or "",
        call.prompt,
        block.id or "",
    )
