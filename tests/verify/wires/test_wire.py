"""Each API as its clients speak it: one row an API, the same questions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest

from tierwise.verify.turns import Text, ToolCall
from tierwise.verify.wires.any_wire import ANY_WIRE
from tierwise.verify.wires.chat import CHAT
from tierwise.verify.wires.generate import GENERATE
from tierwise.verify.wires.messages import MESSAGES
from tierwise.verify.wires.responses import Responses
from tierwise.verify.wires.wire import Body, Reply, Route, Sent, Wire

CALLS = [ToolCall("task", {"who": "a"}, "call_1"), ToolCall("task", {"who": "b"}, "call_2")]


@dataclass(frozen=True)
class Row:
    """A wire, a request with model `m`, effort `high` and the tool `task`, and the same for a stream."""

    wire: Wire
    sent: Sent
    streamed: Sent
    bare: Sent


def _make_row(wire: Wire, path: str, bare: Body, more: Body) -> Row:
    whole = {**bare, **more}
    return Row(wire, Sent(path, whole), Sent(path, {**whole, "stream": True}), Sent(path, bare))


CHAT_TOOLS = [{"type": "function", "function": {"name": "task"}}]
THINKING = {"generationConfig": {"thinkingConfig": {"thinkingLevel": "high"}}}
DECLARED = {"tools": [{"functionDeclarations": [{"name": "task"}]}]}
GOOGLE = "/v1beta/models/m:"
ROWS = {
    "messages": _make_row(
        MESSAGES,
        "/v1/messages?beta=true",
        {"model": "m"},
        {"output_config": {"effort": "high"}, "tools": [{"name": "task"}]},
    ),
    "chat": _make_row(
        CHAT,
        "/v1/chat/completions",
        {"model": "m"},
        {"reasoning_effort": "high", "tools": CHAT_TOOLS},
    ),
    "responses": _make_row(
        Responses(),
        "/v1/responses",
        {"model": "m", "input": []},
        {"reasoning": {"effort": "high"}, "tools": [{"name": "task"}]},
    ),
    "generate": Row(
        GENERATE,
        Sent(f"{GOOGLE}generateContent", {**THINKING, **DECLARED}),
        Sent(f"{GOOGLE}streamGenerateContent?alt=sse", {**THINKING, **DECLARED}),
        Sent(f"{GOOGLE}generateContent", {}),
    ),
    "any: chat": _make_row(
        ANY_WIRE,
        "/v1/chat/completions",
        {"model": "m"},
        {"reasoning": {"effort": "high"}, "tools": CHAT_TOOLS},
    ),
    "any: messages": _make_row(
        ANY_WIRE,
        "/v1/messages?beta=true",
        {"model": "m"},
        {"output_config": {"effort": "high"}, "tools": [{"name": "task"}]},
    ),
    "any: responses": _make_row(
        ANY_WIRE,
        "/v1/responses",
        {"model": "m", "input": []},
        {"reasoning": {"effort": "high"}, "tools": [{"name": "task"}]},
    ),
}


def _load_all(reply: Reply) -> list[Body]:
    """Every JSON document of a reply, a stream's events one by one."""
    text = reply.data.decode()
    if reply.content_type == "application/json":
        return [json.loads(text)]
    data = re.findall(r"^data: (\{.*)$", text, re.MULTILINE)
    return [json.loads(line) for line in data]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_model_effort_and_tools_are_read(row: Row) -> None:
    assert row.wire.read_route(row.sent) == Route("m", "high")
    assert row.wire.list_tools(row.sent) == ["task"]
    assert row.wire.read_route(row.bare) == Route("m", "")
    assert row.wire.list_tools(row.bare) == []


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_request_without_anything_known_asks_for_nothing(row: Row) -> None:
    sent = Sent("/telemetry", {})
    assert row.wire.read_route(sent) == Route("", "")
    assert row.wire.list_tools(sent) == []
    assert b"all done" in row.wire.write_reply(sent, [Text("all done")]).data


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("is_stream", [True, False])
def test_every_call_of_a_reply_arrives_with_its_arguments(row: Row, is_stream: bool) -> None:
    sent = row.streamed if is_stream else row.sent
    reply = row.wire.write_reply(sent, CALLS)
    told = json.dumps(_load_all(reply)).replace("\\", "")
    assert re.findall(r'"who": "(\w)"', told) == ["a", "b"]
    assert "call_1" in told
    assert "call_2" in told


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_words_arrive(row: Row) -> None:
    reply = row.wire.write_reply(row.streamed, [Text("all done")])
    assert reply.content_type == "text/event-stream"
    assert "all done" in json.dumps(_load_all(reply))


def test_tools_that_come_with_the_input_are_read_and_a_namespace_is_written() -> None:
    wire = Responses("multi_agent_v1")
    more = {"type": "additional_tools", "tools": [{"name": "task"}]}
    assert wire.list_tools(Sent("", {"model": "m", "input": [more]})) == ["task"]
    assert b'"namespace": "multi_agent_v1"' in wire.write_reply(Sent("", {}), CALLS).data


def test_a_request_is_as_long_as_its_texts() -> None:
    sent = Sent("/x", {"model": "abc", "n": 5, "tools": [{"name": "de"}], "none": None})
    assert sent.count_characters() == 5
