"""OpenAI's Responses API."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tierwise.verify.turns import Text, ToolCall
from tierwise.verify.wires.wire import (
    Block,
    Body,
    Reply,
    Route,
    Sent,
    list_names,
    write_events,
)

_USAGE = {
    "input_tokens": 10,
    "output_tokens": 1,
    "total_tokens": 11,
}


class Responses:
    """`POST /v1/responses`; ``namespace`` is that of the tools which are called, empty where they have none."""

    def __init__(self, namespace: str = "") -> None:
        self.namespace = namespace

    def read_route(self, sent: Sent) -> Route:
        reasoning = sent.body.get("reasoning") or {}
        return Route(
            sent.model,
            str(reasoning.get("effort") or ""),
        )

    def list_tools(self, sent: Sent) -> list[str]:
        """List the names of the tools that a request offers; some models get theirs as a part of the input."""
        names = list_names(sent.body.get("tools"))
        for item in sent.body.get("input") or ():
            names += list_names(item.get("tools"))
        return names

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        """Write the reply to a request, as a stream."""
        events: list[Body] = [{"type": "response.created", "response": {"id": "r"}}]
        for number, block in enumerate(blocks):
            done = {
                "type": "response.output_item.done",
                "output_index": number,
                "item": self._write_item(block),
            }
            events.append(done)
        ended = {"id": "r", "usage": _USAGE}
        events.append({"type": "response.completed", "response": ended})
        return write_events(events)

    def _write_item(self, block: Block) -> Body:
        if isinstance(block, Text):
            return _write_message(block)
        return self._write_call(block)

    def _write_call(self, call: ToolCall) -> Body:
        item: Body = {
            "type": "function_call",
            "id": f"fc_{call.id}",
            "call_id": call.id,
            "name": call.name,
            "arguments": json.dumps(call.input),
        }
        if self.namespace:
            item["namespace"] = self.namespace
        return item


def _write_message(words: Text) -> Body:
    text = {"type": "output_text", "text": words.text}
    return {
        "type": "message",
        "id": "m1",
        "role": "assistant",
        "content": [text],
    }
