"""What a scripted model answers: blocks, and turns made of them.

A turn is one reply of the API.  Everything here is a frozen value, so one script may serve many
conversations at once::

    [use(spawn("explorer"), spawn("planner", model="opus")), say("all done")]
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import Any

_SPAWNING = ("Agent", "Task")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class ScriptedUsage:
    """Token counts as the API reports them; ``input`` excludes what was read from or written to the cache."""

    input: int = 10
    output: int = 5
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    """Further fields of the ``usage`` object: ``speed``, ``inference_geo``, ``iterations`` …"""

    def as_json(self) -> dict[str, Any]:
        """Return the ``usage`` object of a reply."""
        return {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation_input_tokens": self.cache_write_5m + self.cache_write_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_write_5m,
                "ephemeral_1h_input_tokens": self.cache_write_1h,
            },
            "service_tier": "standard",
        } | self.more


@dataclass(frozen=True)
class Text:
    """A block of prose."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """A tool call; ``id`` is the ``tool_use_id`` that hooks and transcripts show.

    Where a script is replayed in another session, the API gives the call a new id, as the real one would.
    """

    name: str
    input: dict[str, Any]
    id: str = field(default_factory=lambda: f"toolu_test{next(_numbers):06d}")


@dataclass(frozen=True)
class ScriptedTurn:
    """One reply.

    ``model``: what the reply says served it; the requested one where None.
    ``status``: other than 200 makes it an error reply with ``error`` as its type.
    ``delay``: seconds before the first byte.  ``hold``: wait until this event is set (no clock in the test).
    ``cut_after``: drop the connection after that many stream events (0: before the first).
    ``headers``: extra reply headers, for example ``{"retry-after": "0"}``.
    """

    blocks: tuple[Text | ToolCall, ...] = ()
    usage: ScriptedUsage = ScriptedUsage()
    model: str | None = None
    stop_reason: str | None = None
    status: int = 200
    error: str = ""
    delay: float = 0.0
    hold: threading.Event | None = None
    cut_after: int | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> ScriptedTurn:
        """Return the same turn with some fields changed: ``say("hi").but(delay=1.0)``."""
        return replace(self, **changes)

    def anew(self, used: Container[str]) -> ScriptedTurn:
        """Return the same turn, with new ids for the calls whose ids are in ``used``."""
        blocks = [_renew_block(block, used) for block in self.blocks]
        return replace(self, blocks=tuple(blocks))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls in this turn."""
        return tuple(block for block in self.blocks if isinstance(block, ToolCall))

    @property
    def spawns(self) -> tuple[ToolCall, ...]:
        """The subagent calls in this turn."""
        return tuple(call for call in self.calls if call.name in _SPAWNING)

    @property
    def reason(self) -> str:
        """The ``stop_reason`` the reply carries."""
        if self.stop_reason:
            return self.stop_reason
        if self.calls:
            return "tool_use"
        return "end_turn"


def _renew_block(
    block: Text | ToolCall,
    used: Container[str],
) -> Text | ToolCall:
    if isinstance(block, ToolCall) and block.id in used:
        return ToolCall(block.name, block.input)
    return block


def say(text: str, *, usage: ScriptedUsage = ScriptedUsage()) -> ScriptedTurn:
    """Return a turn of prose; it ends the model's reply."""
    return ScriptedTurn((Text(text),), usage)


def use(
    *calls: ToolCall,
    text: str = "",
    usage: ScriptedUsage = ScriptedUsage(),
) -> ScriptedTurn:
    """Return a turn of tool calls, in parallel where there are several, after ``text`` if any."""
    if text:
        return ScriptedTurn((Text(text), *calls), usage)
    return ScriptedTurn(calls, usage)


def spawn(
    agent: str,
    prompt: str = "",
    **fields: Any,
) -> ToolCall:
    """Return an ``Agent`` call.  ``fields`` are more of its input: ``model``, ``effort``, ``run_in_background`` …

    Newer clients run a spawn in the background unless ``run_in_background=False``: the call returns at once, and
    the subagent's end starts another turn of the main session.

    The prompt is how the stand-in API knows which call a subagent's request comes from, so it must differ
    between spawns of one session; without one, a prompt of its own is made.
    """
    given = {
        "description": "a small step",
        "prompt": prompt or f"Step {next(_numbers):06d}: add the button to the page.",
        "subagent_type": agent,
        **fields,
    }
    return ToolCall("Agent", given)
