"""The real OpenCode client against a loopback API that lets it spawn one agent."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_FOLDER = Path.home() / ".cache" / "tierwise-clients" / "opencode-1.18.33"
CLIENT = _FOLDER / "node_modules" / ".bin" / "opencode"
TASK = "SPAWNED-TASK: look around"
_LIMIT = 300  # seconds; a first start unpacks the client on a busy machine
MAIN_MODEL = "claude-sonnet-5"


@dataclass
class Loopback:
    """Answers the main session with a spawn of ``role``, everything else with a word."""

    role: str
    requests: list[dict[str, Any]] = field(default_factory=list)

    def content_for(self, body: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(body)
        can_spawn = any(tool["name"] == "task" for tool in body.get("tools", []))
        if can_spawn and "tool_result" not in json.dumps(body["messages"]):
            call = {"description": "look", "prompt": TASK, "subagent_type": self.role}
            return {"type": "tool_use", "id": "toolu_1", "name": "task", "input": call}
        return {"type": "text", "text": "done"}

    def spawned(self) -> tuple[str, str | None]:
        """Model and effort of the spawned agent's request."""
        for body in self.requests:
            first = json.dumps(body["messages"][0])
            if TASK in first and "title" not in json.dumps(body.get("system", ""))[:200].lower():
                return body["model"], (body.get("output_config") or {}).get("effort")
        raise AssertionError("no agent was spawned")


def _stream_events(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    is_call = block["type"] == "tool_use"
    usage = {"input_tokens": 5, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "usage": usage}
    yield {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
    empty = {**block, "input": {}} if is_call else {"type": "text", "text": ""}
    yield {"type": "content_block_start", "index": 0, "content_block": empty}
    delta = {"type": "text_delta", "text": block.get("text")}
    if is_call:
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    reason = "tool_use" if is_call else "end_turn"
    yield {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}
    yield {"type": "message_stop"}


def _make_handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            block = loopback.content_for(body)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for event in _stream_events(block):
                line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
                self.wfile.write(line.encode())

    return Handler


def spawn_one(project: Path, home: Path, role: str, node: str) -> Loopback:
    """One headless session whose first step is a spawn of ``role``; nothing of the user's is read."""
    loopback = Loopback(role)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(loopback))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = {"apiKey": "x", "baseURL": f"http://127.0.0.1:{server.server_port}/v1"}
    model = f"anthropic/{MAIN_MODEL}"
    settings = {
        "model": model,
        "small_model": model,
        "autoupdate": False,
        "share": "disabled",
        "provider": {"anthropic": {"options": options}},
    }
    folder = home / ".config" / "opencode"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opencode.json").write_text(json.dumps(settings))
    try:
        subprocess.run(
            [str(CLIENT), "run", "Spawn an agent."],
            cwd=project,
            env={
                "HOME": str(home),
                "ANTHROPIC_API_KEY": "x",
                "OPENCODE_DISABLE_MODELS_FETCH": "1",
                "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
                "PATH": f"{node}:/usr/bin:/bin",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT,
            check=False,
        )
    finally:
        server.shutdown()
    return loopback
