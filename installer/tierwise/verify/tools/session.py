"""A session of another tool's client, in which a stand-in for its model provider has roles spawned."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import (
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import (
    BaseHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path

from tierwise import fastjson
from tierwise.processes import end_group
from tierwise.verify.tools.running import RunningClients
from tierwise.verify.turns import Text, ToolCall
from tierwise.verify.wires.wire import (
    Body,
    Reply,
    Route,
    Sent,
    Wire,
)

LIMIT = 300  # seconds; a first start unpacks a client on a busy machine
KEY = "dummy"
PROMPT = "MAIN-TASK: spawn an agent."
DONE = Text("done")
TASK = "SPAWNED-TASK: look around"
_WAIT_SECONDS = 20
_PAUSE_SECONDS = 0.05  # between two looks at a client's records

Answer = Callable[[Sent], Reply]


@dataclass(frozen=True)
class Stage:
    """Where a client runs: the repository, a home of its own, and the PATH on which it finds its interpreter.

    ``clients`` are those that run at the same time.
    """

    project: Path
    home: Path
    path: str
    clients: RunningClients = field(default_factory=RunningClients)

    def write_home_file(
        self,
        name: str,
        text: str,
    ) -> None:
        """Write a file below the home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_home_json(
        self,
        name: str,
        value: object,
    ) -> None:
        """Write a JSON file below the home folder."""
        self.write_home_file(name, json.dumps(value))


def write_task(role: str) -> str:
    """Write the task of one role, by which its requests are known."""
    return f"{TASK} ({role})"


def is_of_main(sent: Sent) -> bool:
    """Tell whether a request is the main session's: a spawned agent knows its own task alone."""
    return PROMPT in sent.text


@dataclass
class SpawnSession:
    """Answers the main session's first request with all calls at once, everything else with a word.

    ``calls`` are the spawns by role.  The first request that offers tools is the main session's; ``is_main`` tells
    its later ones from the agents'.  ``requests`` are all that have arrived.  ``is_recorded`` is for readers of the
    client's records: the main session ends when it says that they are written, at the latest after some seconds.
    """

    wire: Wire
    calls: Mapping[str, ToolCall]
    is_main: Callable[[Sent], bool] = is_of_main
    is_recorded: Callable[[], bool] = lambda: True
    requests: list[Sent] = field(default_factory=list)
    opening: Sent | None = None
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def answer(self, sent: Sent) -> Reply:
        """Tell what the provider says to a request."""
        if self._is_opening(sent):
            calls = list(self.calls.values())
            return self.wire.write_reply(sent, calls or [DONE])
        if not self._is_spawned(sent) and self.wire.list_tools(sent):
            self._wait_for_agents()
            self._wait_for_records()
        return self.wire.write_reply(sent, [DONE])

    def find_route(self, role: str) -> Route | None:
        """Model and effort of the first request of the agent of a role; None where there is none."""
        task = write_task(role)
        for sent in self.requests:
            if self._is_spawned(sent) and task in sent.text:
                return self.wire.read_route(sent)
        return None

    def measure_opening(self) -> int:
        """Measure the characters of the main session's first request; 0 where none arrived."""
        if self.opening is None:
            return 0
        return self.opening.count_characters()

    def _wait_for_agents(self) -> None:
        """Wait until all agents have asked: some tools spawn in the background, and end with the main session.

        One that never asks is waited for no longer than others take to arrive.
        """
        with self._arrived:
            while not self._has_all():
                if not self._arrived.wait(_WAIT_SECONDS):
                    return

    def _wait_for_records(self) -> None:
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self.is_recorded() and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)

    def _has_all(self) -> bool:
        return all(self.find_route(role) for role in self.calls)

    def _is_opening(self, sent: Sent) -> bool:
        """Tell whether it is the first request that offers tools; it is remembered."""
        tools = self.wire.list_tools(sent)
        with self._arrived:
            self.requests.append(sent)
            self._arrived.notify_all()
            if self.opening is not None or not tools:
                return False
            self.opening = sent
        return True

    def _is_spawned(self, sent: Sent) -> bool:
        """Tell whether it is an agent's own request: one for a title offers no tools."""
        if sent is self.opening or not self.wire.list_tools(sent):
            return False
        return not self.is_main(sent)


def run_session(
    command: Sequence[str],
    stage: Stage,
    variables: Mapping[str, str],
) -> None:
    """Run a client to its end with nothing of the caller's environment but PATH.

    What it prints and its exit code tell nothing: the requests do.  One that hangs is ended, with all it started.
    """
    environment = {
        "HOME": str(stage.home),
        "PATH": stage.path,
        **variables,
    }
    process = stage.clients.start(
        command,
        stage.project,
        environment,
    )
    if process is None:
        return
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(LIMIT)
    stage.clients.forget(process)
    end_group(process)


@contextlib.contextmanager
def serve_answers(answer: Answer) -> Iterator[int]:
    """Answer every request whose body is a JSON object; give the port."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0),
        _make_handler(answer),
    )
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

        def do_GET(self) -> None:
            self.send_error(HTTPStatus.NOT_FOUND)

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = _read_body(self.rfile.read(length))
            if body is None:
                self.send_error(HTTPStatus.BAD_REQUEST)
                return
            reply = answer(Sent(self.path, body))
            self.send_response(HTTPStatus.OK)
            self.send_header("content-type", reply.content_type)
            self.end_headers()
            self.wfile.write(reply.data)

    return Handler


def _read_body(data: bytes) -> Body | None:
    """Read the object that a body is, be it an empty one; None for any other body."""
    try:
        value = fastjson.loads(data)
    except ValueError:
        return None
    if isinstance(value, dict):
        return value
    return None
