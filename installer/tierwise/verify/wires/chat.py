"""OpenAI's Chat Completions API, which most providers speak."""

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
    write_chunks,
    write_json,
)

_USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 1,
    "total_tokens": 11,
}


class ChatCompletions:
    """`POST /v1/chat/completions`; an effort is `reasoning_effort`, to OpenRouter `reasoning`."""

    def read_route(self, sent: Sent) -> Route:
        reasoning = sent.body.get("reasoning") or {}
        effort = sent.body.get("reasoning_effort") or reasoning.get("effort")
        return Route(sent.model, str(effort or ""))

    def list_tools(self, sent: Sent) -> list[str]:
        tools = sent.body.get("tools") or []
        functions = [tool.get("function") or {} for tool in tools]
        return list_names(functions)

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        message, reason = _write_message(blocks)
        base = {"id": "c1", "created": 1, "model": sent.model}
        choice = {"index": 0, "finish_reason": reason}
        if not sent.body.get("stream"):
            whole = {
                **base,
                "object": "chat.completion",
                "choices": [{**choice, "message": message}],
                "usage": _USAGE,
            }
            return write_json(whole)
        base["object"] = "chat.completion.chunk"
        begun = {
            "index": 0,
            "delta": message,
            "finish_reason": None,
        }
        ended = {**choice, "delta": {}}
        chunks = [
            {**base, "choices": [begun]},
            {**base, "choices": [ended]},
            {**base, "choices": [], "usage": _USAGE},
        ]
        return write_chunks(chunks, end="[DONE]")


def _write_message(blocks: Sequence[Block]) -> tuple[Body, str]:
    """Write the reply as a message, and why it ends."""
    message: Body = {"role": "assistant"}
    calls = [block for block in blocks if isinstance(block, ToolCall)]
    if calls:
        written = [_write_call(number, call) for number, call in enumerate(calls)]
        return {**message, "content": None, "tool_calls": written}, "tool_calls"
    words = [block.text for block in blocks if isinstance(block, Text)]
    return {**message, "content": "".join(words)}, "stop"


def _write_call(number: int, call: ToolCall) -> Body:
    arguments = json.dumps(call.input)
    return {
        "index": number,
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


CHAT = ChatCompletions()
