"""The API that a request's path names, for a client that speaks to several providers."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.verify.wires.chat import CHAT
from tierwise.verify.wires.messages import MESSAGES
from tierwise.verify.wires.responses import Responses
from tierwise.verify.wires.wire import (
    Block,
    Reply,
    Route,
    Sent,
    Wire,
)

_WIRES: dict[str, Wire] = {"messages": MESSAGES, "responses": Responses()}


class AnyWire:
    """Anthropic's or OpenAI's APIs; most other providers speak Chat Completions."""

    def read_route(self, sent: Sent) -> Route:
        return _choose_wire(sent).read_route(sent)

    def list_tools(self, sent: Sent) -> list[str]:
        return _choose_wire(sent).list_tools(sent)

    def write_reply(
        self,
        sent: Sent,
        blocks: Sequence[Block],
    ) -> Reply:
        return _choose_wire(sent).write_reply(sent, blocks)


def _choose_wire(sent: Sent) -> Wire:
    path, _, _query = sent.path.partition("?")
    _, _, name = path.rpartition("/")
    return _WIRES.get(name, CHAT)


ANY_WIRE = AnyWire()
