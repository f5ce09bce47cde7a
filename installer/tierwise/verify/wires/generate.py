"""Google's Gemini API."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tierwise.verify.turns import Text
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

_MODEL = re.compile(r"/models/([^:/?]+):")
_STREAM = "streamGenerateContent"
_USAGE = {"promptTokenCount": 10, "candidatesTokenCount": 1, "totalTokenCount": 11}


class GenerateContent:
    """`POST /v1beta/models/MODEL:generateContent`; an effort is a thinking level."""

    def read_route(self, sent: Sent) -> Route:
        """The model and thinking level that a request asks for."""
        found = _MODEL.search(sent.path)
        model = found[1] if found else ""
        config = sent.body.get("generationConfig") or {}
        thinking = config.get("thinkingConfig") or {}
        return Route(model, str(thinking.get("thinkingLevel") or ""))

    def list_tools(self, sent: Sent) -> list[str]:
        """The names of the tools that a request offers."""
        groups = sent.body.get("tools") or []
        return [name for group in groups for name in list_names(group.get("functionDeclarations"))]

    def write_reply(self, sent: Sent, blocks: Sequence[Block]) -> Reply:
        """The reply to a request, as a stream where it asks for one."""
        candidate = {
            "content": {"role": "model", "parts": [_write_part(block) for block in blocks]},
            "finishReason": "STOP",
            "index": 0,
        }
        whole: Body = {"candidates": [candidate], "usageMetadata": _USAGE}
        if _STREAM in sent.path:
            return write_chunks([whole])
        return write_json(whole)


def _write_part(block: Block) -> Body:
    if isinstance(block, Text):
        return {"text": block.text}
    return {"functionCall": {"id": block.id, "name": block.name, "args": block.input}}


GENERATE = GenerateContent()
