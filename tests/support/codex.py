"""The real Codex client against a loopback API that lets it spawn one agent."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CLIENT = (
    Path.home()
    / ".cache"
    / "tierwise-clients"
    / "codex-0.171.0"
    / "node_modules"
    / ".bin"
    / "codex"
)
TASK = "Review the security of the login: SPAWNED-TASK"
WAIT_SECONDS = 20
_PROVIDER = """model = "{model}"
model_provider = "loop"
[model_providers.loop]
name = "loop"
base_url = "http://127.0.0.1:{port}/v1"
env_key = "DUMMY_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[projects."{project}"]
trust_level = "trusted"
"""


@dataclass
class Loopback:
    """Answers the first request with a spawn, all others with a word; remembers every request's body."""

    namespace: str
    call: dict[str, Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    seen: threading.Event = field(default_factory=threading.Event)

    def item_for(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the API says to a request; the main session waits until the spawned agent has asked, too."""
        self.requests.append(body)
        if len(self.requests) == 1:
            arguments = json.dumps({"message": TASK, **self.call})
            name = {"name": "spawn_agent", "namespace": self.namespace}
            call = {"type": "function_call", "id": "fc_1", "call_id": f"call_{id(self)}"}
            return {**call, "arguments": arguments, **name}
        if _is_after_spawn(body):
            self.seen.wait(WAIT_SECONDS)
        else:
            self.seen.set()
        text = {"type": "output_text", "text": "done"}
        return {"type": "message", "id": "m1", "role": "assistant", "content": [text]}

    def spawned(self) -> tuple[str, str]:
        """Model and effort of the first request that is not the main session's."""
        body = next(body for body in self.requests[1:] if not _is_after_spawn(body))
        return body["model"], body["reasoning"]["effort"]


def _is_after_spawn(body: dict[str, Any]) -> bool:
    """Whether a request tells what came of the spawn; in a copied history its call was aborted."""
    outputs = [item for item in body["input"] if item.get("type") == "function_call_output"]
    return any("agent_id" in str(item) or "task_name" in str(item) for item in outputs)


def _make_handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            item = loopback.item_for(json.loads(raw))
            usage = {"input_tokens": 10, "output_tokens": 1, "total_tokens": 11}
            events = [
                {"type": "response.created", "response": {"id": "r"}},
                {"type": "response.output_item.done", "output_index": 0, "item": item},
                {"type": "response.completed", "response": {"id": "r", "usage": usage}},
            ]
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for one in events:
                self.wfile.write(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode())

    return Handler


def spawn_one(
    project: Path, home: Path, model: str, namespace: str, call: dict[str, Any], path: str
) -> Loopback:
    """One headless session on ``model`` whose first step is a spawn with ``call``; nothing of the user's is read."""
    loopback = Loopback(namespace, call)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(loopback))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (home / ".codex").mkdir(parents=True, exist_ok=True)
    settings = _PROVIDER.format(model=model, port=server.server_port, project=project)
    (home / ".codex" / "config.toml").write_text(settings)
    command = [str(CLIENT), "exec", "--json", "--dangerously-bypass-hook-trust", "Spawn an agent."]
    environ = {"HOME": str(home), "DUMMY_KEY": "x", "PATH": f"{path}{os.pathsep}/usr/bin:/bin"}
    try:
        subprocess.run(
            command,
            cwd=project,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
    finally:
        server.shutdown()
    return loopback
