"""A turn on the wire: as one message, and as the event stream that says the same piece by piece."""

from __future__ import annotations

import json
from typing import Any

from tierwise.verify.turns import Text, ToolUse, Turn


def as_message(turn: Turn, asked_for: str, number: int) -> dict[str, Any]:
    """The reply to a request without ``stream``; ``asked_for`` is the model the request named."""
    return {
        "id": f"msg_test{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": turn.model or asked_for,
        "content": [_stream_whole(block) for block in turn.blocks],
        "stop_reason": turn.reason,
        "stop_sequence": None,
        "usage": turn.usage.as_json(),
    }


def as_events(turn: Turn, asked_for: str, number: int) -> list[dict[str, Any]]:
    """The same reply as server-sent events, ``message_start`` to ``message_stop``."""
    message = as_message(turn, asked_for, number)
    opening = {"content": [], "stop_reason": None, "usage": message["usage"] | {"output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message | opening}]
    for index, block in enumerate(turn.blocks):
        start, delta = _cut_pieces(block)
        events += [
            {"type": "content_block_start", "index": index, "content_block": start},
            {"type": "content_block_delta", "index": index, "delta": delta},
            {"type": "content_block_stop", "index": index},
        ]
    closing = {"stop_reason": turn.reason, "stop_sequence": None}
    events.append({"type": "message_delta", "delta": closing, "usage": message["usage"]})
    return [*events, {"type": "message_stop"}]


def _stream_whole(block: Text | ToolUse) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}


def _cut_pieces(block: Text | ToolUse) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(block, Text):
        return {"type": "text", "text": ""}, {"type": "text_delta", "text": block.text}
    delta = {"type": "input_json_delta", "partial_json": json.dumps(block.input)}
    return _stream_whole(block) | {"input": {}}, delta
