"""A loopback HTTP server that answers JSON by a function: batches, OpenAI-compatible endpoints."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request: method, path without its query, headers in lower case, the body's JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


# The answer: an object (status 200), a status alone, or the bytes of a body.
Reply = dict[str, Any] | int | bytes


class JsonApi:
    """The server; a context manager.  ``calls`` are the requests so far."""

    def __init__(self, answer: Callable[[Call], Reply]) -> None:
        self.answer = answer
        self.calls: list[Call] = []
        handler = type("_Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> JsonApi:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The base address, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    api: JsonApi

    def do_GET(self) -> None:
        self._reply(None)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._reply(json.loads(raw) if raw else None)

    def do_PUT(self) -> None:
        self.do_POST()

    def _reply(self, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, self.path.partition("?")[0], headers, body)
        self.api.calls.append(call)
        reply = self.api.answer(call)
        status = reply if isinstance(reply, int) else 200
        data = (
            reply
            if isinstance(reply, bytes)
            else json.dumps({} if isinstance(reply, int) else reply).encode()
        )
        try:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.send_header("retry-after", "0")
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            pass  # the caller has gone

    def log_message(self, *_: object) -> None:
        pass
