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
_USAGE = {
    "promptTokenCount": 10,
    "candidatesTokenCount": 1,
    "totalTokenCount": 11,
}


class GenerateContent:
    """`POST /v1beta/models/MODEL:generateContent`; an effort is a thinking level."""

    def read_route(self, sent: Sent) -> Route:
        """Read the model and thinking level that a request asks for."""
        model = ""
        found = _MODEL.search(sent.path)
        if found:
            model = found[1]
        config = sent.body.get("generationConfig") or {}
        thinking = config.get("thinkingConfig") or {}
        level = str(thinking.get("thinkingLevel") or "")
        return Route(model, level)

    def list_tools(self, sent: Sent) -> list[str]:
        names: list[str] = []
        for group in sent.body.get("tools") or []:
            names += list_names(group.get("functionDeclarations"))
        return names

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        parts = [_write_part(block) for block in blocks]
        candidate = {
            "content": {"role": "model", "parts": parts},
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
    call = {
        "id": block.id,
        "name": block.name,
        "args": block.input,
    }
    return {"functionCall": call}


GENERATE = GenerateContent()
