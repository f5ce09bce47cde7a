"""A turn on the wire: as one message, and as the event stream that says the same piece by piece."""

from __future__ import annotations

import json
from typing import Any

from tierwise.verify.turns import ScriptedTurn, Text, ToolCall

_Json = dict[str, Any]


def as_message(
    turn: ScriptedTurn,
    asked_for: str,
    number: int,
) -> _Json:
    """Return the reply to a request without ``stream``; ``asked_for`` is the model the request named."""
    return {
        "id": f"msg_test{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": turn.model or asked_for,
        "content": [_write_block(block) for block in turn.blocks],
        "stop_reason": turn.reason,
        "stop_sequence": None,
        "usage": turn.usage.as_json(),
    }


def as_events(
    turn: ScriptedTurn,
    asked_for: str,
    number: int,
) -> list[_Json]:
    """List the same reply as server-sent events, ``message_start`` to ``message_stop``."""
    message = as_message(turn, asked_for, number)
    events = [_begin_message(message)]
    for index, block in enumerate(turn.blocks):
        events += _stream_block(index, block)
    events.append(_end_message(message))
    events.append({"type": "message_stop"})
    return events


def _begin_message(message: _Json) -> _Json:
    begun = {
        **message,
        "content": [],
        "stop_reason": None,
        "usage": {**message["usage"], "output_tokens": 1},
    }
    return {"type": "message_start", "message": begun}


def _end_message(message: _Json) -> _Json:
    delta = {
        "stop_reason": message["stop_reason"],
        "stop_sequence": None,
    }
    return {
        "type": "message_delta",
        "delta": delta,
        "usage": message["usage"],
    }


def _stream_block(
    index: int,
    block: Text | ToolCall,
) -> list[_Json]:
    start = {
        "type": "content_block_start",
        "index": index,
        "content_block": _write_empty(block),
    }
    delta = {
        "type": "content_block_delta",
        "index": index,
        "delta": _write_delta(block),
    }
    stop = {
        "type": "content_block_stop",
        "index": index,
    }
    return [start, delta, stop]


def _write_block(block: Text | ToolCall) -> _Json:
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    return {
        "type": "tool_use",
        "id": block.id,
        "name": block.name,
        "input": block.input,
    }


def _write_empty(block: Text | ToolCall) -> _Json:
    """Write the block without what its delta brings."""
    whole = _write_block(block)
    if isinstance(block, Text):
        return {**whole, "text": ""}
    return {**whole, "input": {}}


def _write_delta(block: Text | ToolCall) -> _Json:
    """Write all of a block's words, or of its input, in one piece."""
    if isinstance(block, Text):
        return {"type": "text_delta", "text": block.text}
    return {
        "type": "input_json_delta",
        "partial_json": json.dumps(block.input),
    }
