"""The stand-in API by itself: what other callers than the client, such as the SDK, hear from it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

import pytest
from tests.support.stand_in import Loopback
from tests.support.turns import bash, fail

from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, ScriptedUsage, say, use


def post(api: Loopback, path: str = "/v1/messages", **body: Any) -> bytes:
    data = json.dumps({"model": "claude-haiku-5-5", "messages": [], **body}).encode()
    with urllib.request.urlopen(urllib.request.Request(api.url + path, data), timeout=120) as reply:
        return bytes(reply.read())


def events(stream: bytes) -> list[dict[str, Any]]:
    return [
        json.loads(line[6:]) for line in stream.decode().splitlines() if line.startswith("data: ")
    ]


def test_without_stream_the_reply_is_one_message(api: Loopback) -> None:
    api.main = [use(bash("ls"), text="first", usage=ScriptedUsage(input=7, cache_read=3))]
    reply = json.loads(post(api, output_config={"effort": "low"}))
    assert [block["type"] for block in reply["content"]] == ["text", "tool_use"]
    assert (reply["model"], reply["stop_reason"]) == ("claude-haiku-5-5", "tool_use")
    assert (reply["usage"]["input_tokens"], reply["usage"]["cache_read_input_tokens"]) == (7, 3)
    assert api.requests[0].effort == "low"


def test_a_stream_says_the_same_piece_by_piece(api: Loopback) -> None:
    api.main = [use(bash("ls"), text="first", usage=ScriptedUsage(output=42))]
    heard = events(post(api, stream=True))
    assert [event["type"] for event in heard][:4] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
    ]
    assert json.loads(heard[5]["delta"]["partial_json"])["command"] == "ls"
    assert heard[-2]["usage"]["output_tokens"] == 42
    assert heard[-1]["type"] == "message_stop"


def test_a_function_answers_by_what_was_asked(api: Loopback) -> None:
    def script(request: Request) -> ScriptedTurn | None:
        return say("small").but(model="claude-other") if "haiku" in request.model else None

    api.main = script
    assert json.loads(post(api))["model"] == "claude-other"
    assert json.loads(post(api, model="claude-opus-5-5"))["content"][0]["text"] == "Done."


@pytest.mark.parametrize(("status", "kind"), [(429, "rate_limit_error"), (529, "overloaded_error")])
def test_errors_look_like_the_apis(api: Loopback, status: int, kind: str) -> None:
    api.main = [fail(status)]
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(api)
    assert caught.value.code == status
    assert caught.value.headers["retry-after"] == "0"
    assert json.loads(caught.value.read())["error"]["type"] == kind


def test_a_cut_stream_ends_where_the_script_says(api: Loopback) -> None:
    api.main = [say("never whole").but(cut_after=2), say("nothing at all").but(cut_after=0)]
    assert len(events(post(api, stream=True))) == 2
    with pytest.raises((HTTPException, OSError)):
        post(api, stream=True)


def test_a_held_turn_waits_until_the_test_lets_it_go(api: Loopback) -> None:
    gate, heard = threading.Event(), threading.Event()
    api.main = [say("at last").but(hold=gate)]
    caller = threading.Thread(target=lambda: (post(api), heard.set()))
    caller.start()
    assert not heard.is_set()
    gate.set()
    caller.join(10)
    assert heard.is_set()


def test_tokens_are_counted_and_other_paths_are_noted(api: Loopback) -> None:
    assert json.loads(post(api, "/v1/messages/count_tokens?beta=true"))["input_tokens"] > 0
    with pytest.raises(urllib.error.HTTPError):
        post(api, "/v1/elsewhere")
    assert (api.other_paths, api.requests) == (["/v1/elsewhere"], [])
