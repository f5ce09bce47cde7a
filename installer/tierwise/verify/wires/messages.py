"""Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.verify.stream import as_events, as_message
from tierwise.verify.turns import ScriptedTurn
from tierwise.verify.wires.wire import (
    Block,
    Reply,
    Route,
    Sent,
    list_names,
    write_events,
    write_json,
)


class Messages:
    """`POST /v1/messages`; an effort stands in `output_config`."""

    def read_route(self, sent: Sent) -> Route:
        options = sent.body.get("output_config") or {}
        return Route(
            sent.model,
            str(options.get("effort") or ""),
        )

    def list_tools(self, sent: Sent) -> list[str]:
        return list_names(sent.body.get("tools"))

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        turn = ScriptedTurn(tuple(blocks))
        if sent.body.get("stream"):
            events = as_events(turn, sent.model, 1)
            return write_events(events)
        message = as_message(turn, sent.model, 1)
        return write_json(message)


MESSAGES = Messages()
