"""The hook over loopback HTTP: whom it answers, what it refuses, and that it follows the policy."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, rows, spawn_event
from tests.support.policies import synced

from tierwise.claude_hooks.hook import answer
from tierwise.sync.watch import serve
from tierwise.sync.watch.local_settings import known
from tierwise.sync.watch.serve import ADDRESS, LIMIT_BYTES, Server

HTTP = "extends: balanced\nmode: manual\nagents: {Explore: light}\nhooks: {transport: http}\n"
COMMAND = HTTP.replace("http}", "command}")


class Serving:
    """A server in this process, and what it says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.server = Server(
            str(root), lambda event, **values: self.said.append((event, values)), answer
        )

    def path(self, event: str = "PreToolUse", token: str = "") -> str:
        return f"/tierwise/hook/{token or known(str(self.root))['token']}/{event}"

    @property
    def port(self) -> int:
        return int(known(str(self.root))["port"])

    def request(
        self,
        path: str,
        body: bytes = b"{}",
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(ADDRESS, self.port, timeout=30)
        line.request(method, path, body, dict(headers or {}))
        reply = line.getresponse()
        said = reply.status, reply.read()
        line.close()
        return said

    def ask(self, data: dict[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        status, body = self.request(
            self.path(str(data["hook_event_name"])), json.dumps(data).encode(), headers
        )
        assert status == 200
        return dict(json.loads(body))

    def sent(self, raw: bytes) -> bytes:
        """What comes back on a connection of its own before the server closes it."""
        with socket.create_connection((ADDRESS, self.port), 30) as line:
            line.sendall(raw)
            pieces = []
            while piece := line.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)


@pytest.fixture
def serving(repository: Path) -> Iterator[Serving]:
    synced(repository, HTTP)
    made = Serving(repository)
    with made.server as server:
        server.follow()
        yield made


def listens(port: int) -> bool:
    try:
        socket.create_connection((ADDRESS, port), 5).close()
    except OSError:
        return False
    return True


def test_it_decides_as_the_command_does_and_leaves_the_same_row(serving: Serving) -> None:
    over_http = serving.ask(
        spawn_event(serving.root, 1), {"X-Tierwise-Client": "claude-code_2-1-329_harness"}
    )
    by_command = ask(spawn_event(serving.root, 2), {"AI_AGENT": "claude-code_2-1-329_harness"})
    assert over_http["hookSpecificOutput"]["updatedInput"]["model"] == "haiku"
    assert over_http == by_command
    first, second = (
        {key: value for key, value in row.items() if key not in ("time", "tool_use_id")}
        for row in rows(serving.root)
    )
    assert first == second


def test_the_client_s_mode_counts_and_the_watcher_s_own_does_not(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERWISE_MODE", "off")
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", "/")
    assert "hookSpecificOutput" in serving.ask(spawn_event(serving.root, 1))
    assert "hookSpecificOutput" not in serving.ask(
        spawn_event(serving.root, 2), {"X-Tierwise-Mode": "shadow"}
    )


def test_an_edit_is_followed_by_the_next_request(serving: Serving) -> None:
    before = serving.ask(spawn_event(serving.root, 1))
    synced(serving.root, HTTP.replace("light", "frontier"))
    after = serving.ask(spawn_event(serving.root, 2))
    models = [said["hookSpecificOutput"]["updatedInput"]["model"] for said in (before, after)]
    assert models == ["haiku", "opus"]


@pytest.mark.parametrize("token", ["wrong", "%20", "ä", "x" * 5000])
def test_a_wrong_token_is_told_nothing(serving: Serving, token: str) -> None:
    raw = f"POST {serving.path(token=token)} HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    assert serving.sent(raw).startswith(b"HTTP/1.0 404 ")
    assert rows(serving.root) == []


@pytest.mark.parametrize(
    "path", ["/", "/tierwise/hook/PreToolUse", "/other/hook/{}/PreToolUse", "/tierwise/hook/{}/a/b"]
)
def test_another_address_is_told_nothing(serving: Serving, path: str) -> None:
    assert serving.request(path.format(known(str(serving.root))["token"])) == (404, b"")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_only_posts_are_answered(serving: Serving, method: str) -> None:
    assert serving.request(serving.path(), b"", method=method)[0] == 501


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("", 411),
        ("-1", 411),
        ("²", 411),
        ("two", 411),
        (str(LIMIT_BYTES + 1), 413),
        ("9" * 40, 413),
    ],
)
def test_a_request_without_a_length_or_with_too_great_a_one_is_not_read(
    serving: Serving, length: str, status: int
) -> None:
    raw = f"POST {serving.path()} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode("latin-1")
    assert serving.sent(raw).startswith(f"HTTP/1.0 {status} ".encode())


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"POST /tier",
        b"POST {path} HTTP/1.1\r\nContent-Le",
        b"POST {path} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
    ],
    ids=["nothing", "half-a-line", "half-a-header", "half-a-body"],
)
def test_a_request_that_does_not_end_is_cut_off(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, part: bytes
) -> None:
    monkeypatch.setattr(serve, "LIMIT_SECONDS", 0.2)
    said = serving.sent(part.replace(b"{path}", serving.path().encode()))
    assert b" 200 " not in said
    assert rows(serving.root) == []
    assert "hookSpecificOutput" in serving.ask(spawn_event(serving.root)), (
        "and it goes on answering others"
    )


def test_a_request_that_drips_is_cut_off_as_a_whole(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "LIMIT_SECONDS", 0.3)
    with socket.create_connection((ADDRESS, serving.port), 30) as line, pytest.raises(OSError):
        line.settimeout(0.05)
        while True:
            line.sendall(b"x")
            try:
                if line.recv(1) == b"":
                    raise ConnectionResetError
            except TimeoutError:
                pass


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[1]", b"{}", b"\xff\xfe", b'{"tool_name": 7, "cwd": []}']
)
def test_a_malformed_input_leaves_the_call_alone(serving: Serving, body: bytes) -> None:
    assert serving.request(serving.path(), body) == (200, b"{}")


def test_an_event_nobody_knows_is_left_alone(serving: Serving) -> None:
    assert serving.request(serving.path("Nonsense")) == (200, b"{}")


def test_it_listens_on_loopback_only(serving: Serving) -> None:
    assert serving.server._http is not None
    assert serving.server._http.server_address[0] == "127.0.0.1"


def test_many_at_once_are_all_answered_and_each_has_its_row(serving: Serving) -> None:
    answers: list[dict[str, Any]] = []
    asking = [
        threading.Thread(
            target=lambda number=number: answers.append(
                serving.ask(spawn_event(serving.root, number))
            )
        )
        for number in range(24)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(answers) == 24
    assert len({row["tool_use_id"] for row in rows(serving.root)}) == 24


def test_connections_beyond_its_limit_are_closed_and_those_within_are_served(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_AT_ONCE", 2)
    monkeypatch.setattr(serve, "_PATIENCE", 0.05)
    synced(repository, HTTP)
    made = Serving(repository)
    with made.server as server:
        server.follow()
        idle = [socket.create_connection((ADDRESS, made.port), 30) for _ in range(2)]
        assert made.sent(b"") == b""
        for line in idle:
            line.close()
        assert made.ask(spawn_event(repository, 1))


def test_a_note_that_was_removed_is_written_again_with_the_token_that_running_sessions_know(
    serving: Serving,
) -> None:
    before = known(str(serving.root))
    (serving.root / ".tierwise/local/http.json").unlink()
    serving.server.follow()
    after = known(str(serving.root))
    assert (after["port"], after["token"]) == (before["port"], before["token"])
    assert serving.ask(spawn_event(serving.root, 1))


@pytest.mark.parametrize("before", [None, '{"permissions": {"allow": []}}\n'])
def test_entries_that_nobody_remembers_are_taken_out_too(
    repository: Path, before: str | None
) -> None:
    settings = repository / ".claude/settings.local.json"
    synced(repository, HTTP)
    if before is not None:
        settings.write_text(before)
    with Serving(repository).server as server:
        server.follow()
        assert "/tierwise/hook/" in settings.read_text()
        shutil.rmtree(repository / ".tierwise/local")
        synced(repository, COMMAND)
        server.follow()
    assert (settings.read_text() if settings.exists() else None) == before


def test_it_starts_and_stops_with_the_policy(repository: Path) -> None:
    synced(repository, COMMAND)
    made = Serving(repository)
    with made.server as server:
        server.follow()
        assert made.said == [] and known(str(repository)) == {}
        synced(repository, HTTP)
        server.follow()
        port = made.port
        assert made.said == [("serving", {"port": port})] and listens(port)
        synced(repository, COMMAND)
        server.follow()
        assert not listens(port)
        assert not (repository / ".claude/settings.local.json").exists()
        assert known(str(repository)) == {}


def test_the_next_one_takes_the_same_port_and_token_so_that_running_sessions_find_it(
    repository: Path,
) -> None:
    synced(repository, HTTP)
    with Serving(repository).server as first:
        first.follow()
        before = known(str(repository))
        settings = (repository / ".claude/settings.local.json").read_bytes()
    assert not listens(before["port"])
    with Serving(repository).server as second:
        second.follow()
        assert known(str(repository)) == before
        assert (repository / ".claude/settings.local.json").read_bytes() == settings


def test_a_port_that_is_taken_is_replaced_and_the_settings_follow(repository: Path) -> None:
    synced(repository, HTTP)
    with Serving(repository).server as first:
        first.follow()
        old = known(str(repository))["port"]
    with socket.create_server((ADDRESS, old)), Serving(repository).server as second:
        second.follow()
        new = known(str(repository))["port"]
        text = (repository / ".claude/settings.local.json").read_text()
        assert new != old and f":{new}/" in text and f":{old}/" not in text


@pytest.mark.parametrize("policy", ["hooks: {transport: http, mode: 'off'}\n", COMMAND])
def test_it_does_not_serve_where_hooks_are_off_or_commands(repository: Path, policy: str) -> None:
    synced(repository, policy)
    made = Serving(repository)
    with made.server as server:
        server.follow()
        assert made.said == []
