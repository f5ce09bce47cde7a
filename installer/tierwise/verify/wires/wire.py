"""What is needed of an API to play it: read a request's model and effort, write a reply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from tierwise.verify.turns import Text, ToolCall

Body = dict[str, Any]
Block = Text | ToolCall


@dataclass(frozen=True)
class Sent:
    """One request as a client sent it; ``path`` is what follows the address."""

    path: str
    body: Body

    @property
    def model(self) -> str:
        """The model that the body names; empty where it names none."""
        return str(self.body.get("model", ""))

    @cached_property
    def text(self) -> str:
        """The whole request, as it is searched."""
        return json.dumps(self.body, ensure_ascii=False)

    def count_characters(self) -> int:
        """Count the characters of all its texts, as a model reads them."""
        return _count_characters(self.body)


@dataclass(frozen=True)
class Route:
    """What a request asks for.  ``effort`` is empty where it names none."""

    model: str
    effort: str


@dataclass(frozen=True)
class Reply:
    """What goes back to the client."""

    content_type: str
    data: bytes


class Wire(Protocol):
    """One API.  A model's reply is words, or calls of tools."""

    def read_route(self, sent: Sent) -> Route:
        """Read the model and effort that a request asks for."""
        ...

    def list_tools(self, sent: Sent) -> list[str]:
        """List the names of the tools that a request offers."""
        ...

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        """Write the reply to a request, as a stream where it asks for one."""
        ...


def _count_characters(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_count_characters, value.values()))
    if isinstance(value, list):
        return sum(map(_count_characters, value))
    return 0


def write_json(value: Body) -> Reply:
    """Write a reply that is one JSON document."""
    return Reply("application/json", json.dumps(value).encode())


def write_events(events: Iterable[Body]) -> Reply:
    """Write a stream of events whose ``type`` is their name."""
    lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
    return Reply("text/event-stream", "".join(lines).encode())


def write_chunks(
    chunks: Iterable[Body],
    end: str = "",
) -> Reply:
    """Write a stream of nameless events, and the word that some APIs end it with."""
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    if end:
        lines.append(f"data: {end}\n\n")
    return Reply("text/event-stream", "".join(lines).encode())


def list_names(tools: object) -> list[str]:
    """List the names of tools that carry theirs at the top."""
    if not isinstance(tools, list):
        return []
    return [str(tool.get("name", "")) for tool in tools]
