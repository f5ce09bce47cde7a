"""A session of another tool's client against a stand-in for its model provider on the loopback address."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LIMIT = 300  # seconds; a first start unpacks a client on a busy machine
KEY = "dummy"

Body = dict[str, Any]
Answer = Callable[[Body], list[Body]]
"""From a request's body to the events of its reply, each with its ``type``."""


@dataclass(frozen=True)
class Stage:
    """Where a client runs: the repository, a home of its own, and the PATH on which it finds its interpreter."""

    project: Path
    home: Path
    path: str


def run_session(command: Sequence[str], stage: Stage, variables: Mapping[str, str]) -> None:
    """Run a client to its end with nothing of the caller's environment but PATH.

    What it prints and its exit code tell nothing: the requests do.  Raises subprocess.TimeoutExpired.
    """
    subprocess.run(
        command,
        cwd=stage.project,
        env={"HOME": str(stage.home), "PATH": stage.path, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )


@contextmanager
def serve_events(answer: Answer) -> Iterator[int]:
    """Answer every request with a stream of server-sent events; give the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(answer))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _make_handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for event in answer(body):
                line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
                self.wfile.write(line.encode())

    return Handler
