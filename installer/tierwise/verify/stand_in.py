"""A stand-in Messages API on 127.0.0.1: it records every request and answers by script.

::

    with Loopback(main=[use(spawn("explorer")), say("done")], agents={"explorer": [say("found it")]}) as api:
        client.ask("go", api=api, ...)
        [request.model for request in api.requests if request.agent == "explorer"]

A script is a list of turns, or a function from the request to a turn (None: the default).  Each conversation
(one main session, one subagent) goes through its own copy of the list; then it hears ``default``.
The words of a script (``say``, ``use``, ``spawn``) are in :mod:`tierwise.verify.turns`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import (
    BaseHTTPRequestHandler,
    ThreadingHTTPServer,
)
from typing import Any

from tierwise.verify.stream import as_events, as_message
from tierwise.verify.turns import ScriptedTurn, ToolCall, say

_SUBAGENT_MARK = "cc_is_subagent=true"
_MARK_WITHIN = 400  # characters of the system prompt in which the mark stands


@dataclass(frozen=True)
class Request:
    """One ``POST /v1/messages`` as it arrived.  ``headers`` have lower-case names."""

    number: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    spawn: ToolCall | None
    turn: int

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body.get("model", ""))

    @property
    def effort(self) -> str | None:
        """``output_config.effort``; None where the request has none."""
        config = self.body.get("output_config") or {}
        effort = config.get("effort")
        if effort is None:
            return None
        return str(effort)

    @property
    def session(self) -> str:
        """The client's session id; empty for other callers."""
        return self.headers.get("x-claude-code-session-id", "")

    @property
    def agent_id(self) -> str:
        """The subagent's id; empty in the main session."""
        return self.headers.get("x-claude-code-agent-id", "")

    @property
    def is_subagent(self) -> bool:
        """Whether a subagent sent it, by header or by the mark in the first system block."""
        return bool(self.agent_id) or _SUBAGENT_MARK in self.system[:_MARK_WITHIN]

    @property
    def agent(self) -> str:
        """The agent type the scripted call asked for; empty in the main session or for an unknown call."""
        if not self.spawn:
            return ""
        return str(self.spawn.input.get("subagent_type", "general-purpose"))

    @property
    def system(self) -> str:
        """The system prompt's text."""
        return join_text(self.body.get("system") or "")

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools offered."""
        offered = self.body.get("tools") or ()
        return tuple(str(tool.get("name", "")) for tool in offered)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation so far."""
        return list(self.body.get("messages") or ())

    @property
    def text(self) -> str:
        """All the text of the conversation, reminders included: what a test greps."""
        contents = [message.get("content") for message in self.messages]
        return "\n".join(map(join_text, contents))


Script = Sequence[ScriptedTurn] | Callable[[Request], ScriptedTurn | None]


class Loopback:
    """The server; a context manager.  ``main`` and ``agents`` may be replaced between runs."""

    def __init__(
        self,
        main: Script = (),
        agents: Mapping[str, Script] | None = None,
        *,
        default: ScriptedTurn | None = None,
    ) -> None:
        """Take ``agents``: agent type -> script.  ``default`` answers where a script has nothing to say."""
        self.main = main
        self.agents = dict(agents or {})
        self.default = default or say("Done.")
        self.requests: list[Request] = []
        self.other_paths: list[str] = []
        self._spawns: list[ToolCall] = []
        self._used: set[str] = set()
        self._turns: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """What ``ANTHROPIC_BASE_URL`` should be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def of_main(self) -> list[Request]:
        """List the main session's requests, in order of arrival."""
        return [request for request in self.requests if not request.is_subagent]

    def answer(
        self,
        headers: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> tuple[Request, ScriptedTurn]:
        """Record one request and choose its reply."""
        with self._lock:
            probe = Request(
                len(self.requests),
                headers,
                body,
                None,
                0,
            )
            conversation = (probe.session, probe.agent_id)
            turn = self._turns.get(conversation, 0)
            self._turns[conversation] = turn + 1
            request = replace(
                probe,
                spawn=self._find_spawn(probe),
                turn=turn,
            )
            self.requests.append(request)
        reply = self._reply(request)
        with self._lock:
            reply = reply.anew(self._used)
            self._used.update(call.id for call in reply.calls)
            self._spawns.extend(reply.spawns)
        return request, reply

    def _find_spawn(self, request: Request) -> ToolCall | None:
        """Find the scripted call that spawned the sender: that with the longest prompt of those which its task holds."""
        if not request.is_subagent or not request.messages:
            return None
        task = join_text(request.messages[0].get("content"))
        named = [call for call in self._spawns if call.input["prompt"] in task]
        return max(named, key=lambda call: len(call.input["prompt"]), default=None)

    def _reply(self, request: Request) -> ScriptedTurn:
        script = self.main
        if request.is_subagent:
            script = self.agents.get(request.agent, ())
        if callable(script):
            return script(request) or self.default
        if request.turn < len(script):
            return script[request.turn]
        return self.default


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, api: Loopback) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(
        self,
        format: str,
        *args: object,
    ) -> None:
        """Quiet: the tests read ``requests``."""

    def do_HEAD(self) -> None:
        self._send_reply(200, b"")

    def do_GET(self) -> None:
        self.server.api.other_paths.append(self.path)
        self._send_json(404, _make_error("not_found_error"))

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(size)
        path, _, _ = self.path.partition("?")
        if path == "/v1/messages/count_tokens":
            self._send_json(
                200,
                {"input_tokens": len(raw) // 4},
            )
        elif path == "/v1/messages":
            headers = {name.lower(): value for name, value in self.headers.items()}
            request, turn = self.server.api.answer(
                headers,
                json.loads(raw),
            )
            self._reply(request, turn)
        else:
            self.server.api.other_paths.append(self.path)
            self._send_json(404, _make_error("not_found_error"))

    def _reply(
        self,
        request: Request,
        turn: ScriptedTurn,
    ) -> None:
        if turn.hold is not None:
            turn.hold.wait()
        if turn.delay:
            time.sleep(turn.delay)
        if turn.status != HTTPStatus.OK:
            self._send_json(
                turn.status,
                _make_error(turn.error),
                turn.headers,
            )
        elif request.body.get("stream"):
            self._send_stream(request, turn)
        elif turn.cut_after is not None:
            self.close_connection = True
        else:
            message = as_message(
                turn,
                request.model,
                request.number,
            )
            self._send_json(200, message, turn.headers)

    def _send_stream(
        self,
        request: Request,
        turn: ScriptedTurn,
    ) -> None:
        self.close_connection = True
        if turn.cut_after == 0:
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        for name, value in turn.headers.items():
            self.send_header(name, value)
        self.end_headers()
        events = as_events(turn, request.model, request.number)
        for event in events[: turn.cut_after]:
            data = json.dumps(event)
            text = f"event: {event['type']}\ndata: {data}\n\n"
            self.wfile.write(text.encode())
            self.wfile.flush()

    def _send_json(
        self,
        status: int,
        body: object,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._send_reply(
            status,
            json.dumps(body).encode(),
            {"content-type": "application/json"} | dict(headers or {}),
        )

    def _send_reply(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _make_error(kind: str) -> dict[str, Any]:
    error = {"type": kind, "message": f"scripted {kind}"}
    return {"type": "error", "error": error}


def join_text(content: object) -> str:
    """Join the text in a ``content`` value, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(map(_read_block, content))


def _read_block(block: Mapping[str, Any]) -> str:
    """Read the text of a block: its own, or that of the blocks in it."""
    if "text" in block:
        return str(block["text"])
    return join_text(block.get("content"))
