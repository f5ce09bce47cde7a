"""The watcher as the hook's server: Claude Code's hooks of type ``http``, over loopback.

Off unless the policy says ``hooks: {transport: http}``; the watcher follows the policy in this without a restart.
Where it does not run, Claude Code's call fails and the spawn goes ahead unrouted (measured; docs/watch.md).
"""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tierwise.domain import table
from tierwise.errors import TierwiseError
from tierwise.sync.disk import reader
from tierwise.sync.watch.local_settings import HEADERS, known, remember, token_of, unwire, wire
from tierwise.targets.render import plugin_enabled

if TYPE_CHECKING:
    from email.message import Message
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[
    [str, bytes, Mapping[str, str]], bytes
]  # event, input, environment -> what the hook would print

ADDRESS = "127.0.0.1"
LIMIT_BYTES = 8 * 1024 * 1024  # a hook's input holds one prompt; 1 MB ones exist
LIMIT_SECONDS = 5.0  # for a whole request to arrive; a client on this machine needs milliseconds
_STOP_SECONDS = 0.5  # how soon the server notices that it should stop
_AT_ONCE = 64  # connections that are served at once
_PATIENCE = 1.0  # seconds that one more waits for its turn before it is closed: its call then goes ahead unrouted


class Server:
    """Answers hooks while the policy's transport is ``http``; a context manager.

    ``answer`` gets the event's name, its input, and the little of the client's environment that it needs.
    """

    def __init__(self, root: str, say: Callable[..., None], answer: Answer) -> None:
        self._root, self._say, self._answer = root, say, answer
        self._seen: object = None
        self._http: ThreadingHTTPServer | None = None
        self._token = ""

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def follow(self) -> None:
        """Start or stop as the compiled policy says; cheap where it has not changed.

        The entries in the local settings are taken out only where the policy says ``command`` again: they
        outlive a watcher that is stopped, so that the next one serves the sessions that know them.
        """
        stamp = (
            _stamp(os.path.join(self._root, table.SHARED)),
            self._http is None or self._is_known(),
        )
        if stamp == self._seen:
            return
        compiled = table.load_shared(self._root)
        if compiled is None:
            return  # gone or half-written for a moment: stay as we are
        try:
            if _wanted(self._root, compiled):
                self._start()
            else:
                self._stop()
                unwire(self._root)
            self._seen = stamp
        except TierwiseError as error:
            self._seen = stamp  # said once; tried again when the policy is saved again
            self._say("failed", message=str(error))
        except OSError as error:
            self._seen = stamp
            self._say("failed", message=f"{error.filename or ADDRESS}: {error.strerror or error}")

    def _start(self) -> None:
        if self._http is None:
            self._token = token_of(self._root)
            self._http = _bound(self._root, _request_class(self._root, self._token, self._answer))
            threading.Thread(
                target=self._http.serve_forever,
                kwargs={"poll_interval": _STOP_SECONDS},
                daemon=True,
            ).start()
            self._say("serving", port=self._port)
        if not self._is_known():
            remember(self._root, port=self._port, token=self._token)
        wire(self._root, self._port, self._token)

    def _stop(self) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def _is_known(self) -> bool:
        """Whether this machine's note still names us: .tierwise/local may be removed while we run."""
        noted = known(self._root)
        return (noted.get("port"), noted.get("token")) == (self._port, self._token)

    @property
    def _port(self) -> int:
        assert self._http is not None
        return int(self._http.server_address[1])


def _wanted(root: str, compiled: Mapping[str, Any]) -> bool:
    hooks = compiled.get("hooks") or {}
    return (
        hooks.get("transport") == "http"
        and hooks.get("mode") != "off"
        and not plugin_enabled(reader(root))
    )


def _bound(root: str, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """A server on the port of last time, which running sessions know; on another where that is taken."""
    server = _server_class()
    port = known(root).get("port")
    if isinstance(port, int):
        with suppress(OSError, OverflowError):
            return server((ADDRESS, port), handler)
    return server((ADDRESS, 0), handler)


def _server_class() -> type[ThreadingHTTPServer]:
    """A thread a connection, but never more than ``_AT_ONCE`` of them."""
    from http.server import ThreadingHTTPServer

    turns = threading.BoundedSemaphore(_AT_ONCE)

    class Bounded(ThreadingHTTPServer):
        # Connections that wait to be accepted.  By default five, and some systems reset the sixth of a burst.
        request_queue_size = 2 * _AT_ONCE

        def process_request(self, request: Any, client_address: Any) -> None:
            if turns.acquire(timeout=_PATIENCE):
                super().process_request(request, client_address)
            else:
                self.shutdown_request(request)

        def process_request_thread(self, request: Any, client_address: Any) -> None:
            try:
                super().process_request_thread(request, client_address)
            finally:
                turns.release()

    return Bounded


def _request_class(root: str, token: str, answer: Answer) -> type[BaseHTTPRequestHandler]:
    """The class that ``http.server`` makes one of for each connection."""
    from http.server import BaseHTTPRequestHandler

    class Request(BaseHTTPRequestHandler):
        """POST /tierwise/hook/TOKEN/EVENT with the hook's input; answers what the hook would print."""

        def setup(self) -> None:
            super().setup()
            self._limit = threading.Timer(LIMIT_SECONDS, self._cut)
            self._limit.daemon = True
            self._limit.start()

        def finish(self) -> None:
            self._limit.cancel()
            super().finish()

        def handle(self) -> None:
            with suppress(OSError):  # the client went away, or was cut off
                super().handle()

        def do_POST(self) -> None:
            event = _event(self.path, token)
            length = _length(self.headers.get("Content-Length", ""))
            if event is None:
                self._reply(404)
            elif length is None:
                self._reply(411)
            elif length > LIMIT_BYTES:
                self._reply(413)
            else:
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # cut off on the way: no call at all
                self._limit.cancel()  # it has all arrived; how long an answer takes is the hook's business
                self._reply(200, _safely(answer, event, body, _environment(root, self.headers)))

        def _reply(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _cut(self) -> None:
            import socket

            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: the ledger has every decision."""

    return Request


def _event(path: str, token: str) -> str | None:
    """The event that an address names; None where the address or its token is not ours."""
    parts = path.split("/")
    ours = len(parts) == 5 and parts[1:3] == ["tierwise", "hook"]
    return parts[4] if ours and hmac.compare_digest(parts[3].encode(), token.encode()) else None


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _environment(root: str, headers: Message) -> dict[str, str]:
    """What a hook of type ``command`` would find: the client's own values, never those of the watcher's shell."""
    sent = {variable: str(headers.get(header) or "") for header, variable in HEADERS.items()}
    return {"CLAUDE_PROJECT_DIR": root, **sent}


def _safely(answer: Answer, event: str, body: bytes, environment: Mapping[str, str]) -> bytes:
    try:
        return answer(event, body, environment) or b"{}"
    except Exception:  # a fault of ours leaves the call as it is; the hook's own log has the line
        return b"{}"


def _stamp(path: str) -> object:
    try:
        about = os.stat(path)
    except OSError:
        return None
    return (about.st_ino, about.st_size, about.st_mtime_ns)
