"""The watcher as the hook's server: Claude Code's hooks of type ``http``, over loopback.

Off unless the policy says ``hooks: {transport: http}``.  The port and the token belong to this machine, so the
hook entries go into ``.claude/settings.local.json``, never into the shared settings.  Where the watcher does not
run, Claude Code's call fails and the spawn goes ahead unrouted (measured; docs/watch.md).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tierwise import fastjson, repo, table
from tierwise.files import read_bytes, write_atomic
from tierwise.sync.disk import reader
from tierwise.sync.render import hook_groups
from tierwise.sync.settings import remove_part, settings_target
from tierwise.sync.state import Entry
from tierwise.table import sha256

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

Answer = Callable[[str, bytes], bytes]

LOCAL_SETTINGS = ".claude/settings.local.json"
LIMIT_BYTES = 8 * 1024 * 1024  # a hook's input holds one prompt; 1 MB ones exist
LIMIT_SECONDS = 5.0
_NOTE = "http.json"


@contextmanager
def serving(root: str, say: Callable[..., None], answer: Answer) -> Iterator[None]:
    """Answer hooks while the policy's transport is http; nothing at all otherwise."""
    compiled = table.load(root) or {}
    if compiled.get("hooks", {}).get("transport") != "http":
        unwire(root)
        yield
        return
    server = _start(root, answer)
    port = server.server_address[1]
    wire(root, port, _token(root))
    say("serving", port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 60}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def wire(root: str, port: int, token: str) -> None:
    """Put hook entries of type http into this machine's own settings.  A file that does not parse is left."""
    groups = {event: [_http(event, group, port, token) for group in found] for event, found in hook_groups().items()}
    entry = _entry(root)
    target = settings_target(groups, {}, reader(root), entry, path=LOCAL_SETTINGS)
    if target.problem or target.found == target.wanted:
        return
    path = os.path.join(root, LOCAL_SETTINGS)
    write_atomic(path, target.content)
    before = None if target.before is None else target.before.decode("utf-8", "surrogateescape")
    _remember(root, port=port, token=token, whole=sha256(target.content), before=before, wired=True)


def unwire(root: str) -> None:
    """Take the entries out again, where there are any."""
    entry = _entry(root)
    if entry is None:
        return
    path = os.path.join(root, LOCAL_SETTINGS)
    current = read_bytes(path)
    if current is not None:
        left = entry.before if sha256(current) == entry.whole else remove_part(current, entry)
        if left is None:
            os.unlink(path)
        else:
            write_atomic(path, left)
    os.unlink(repo.local(root, _NOTE))


def _start(root: str, answer: Answer) -> ThreadingHTTPServer:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    expected = _token(root)

    class Hook(BaseHTTPRequestHandler):
        """POST /tierwise/hook/TOKEN/EVENT with the hook's input; answers what the hook would print."""

        timeout = LIMIT_SECONDS

        def do_POST(self) -> None:
            parts = self.path.split("/")
            length = self.headers.get("Content-Length", "")
            if len(parts) != 5 or parts[1:3] != ["tierwise", "hook"] or not hmac.compare_digest(parts[3], expected):
                self._reply(404, b"")
            elif not length.isdigit() or int(length) > LIMIT_BYTES:
                self._reply(413, b"")
            else:
                self._reply(200, _safely(answer, parts[4], self.rfile.read(int(length))))

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the ledger has every decision."""

    try:
        return ThreadingHTTPServer(("127.0.0.1", _known(root).get("port", 0)), Hook)
    except OSError:  # the port of last time is taken by another program
        return ThreadingHTTPServer(("127.0.0.1", 0), Hook)


def _safely(answer: Answer, event: str, body: bytes) -> bytes:
    try:
        return answer(event, body) or b"{}"
    except Exception:  # a fault of ours leaves the call as it is; the hook's own log has the line
        return b"{}"


def _http(event: str, group: dict[str, Any], port: int, token: str) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}/tierwise/hook/{token}/{event}"
    hooks = [{"type": "http", "url": url, "timeout": hook.get("timeout", 10)} for hook in group["hooks"]]
    return {**group, "hooks": hooks}


def _token(root: str) -> str:
    token = _known(root).get("token")
    if not isinstance(token, str):
        token = secrets.token_urlsafe(24)
        _remember(root, token=token)
    return token


def _entry(root: str) -> Entry | None:
    known = _known(root)
    if not known.get("wired"):
        return None
    before = known.get("before")
    raw = None if before is None else before.encode("utf-8", "surrogateescape")
    return Entry(part="", whole=known["whole"], before=raw)


def _known(root: str) -> dict[str, Any]:
    try:
        value = fastjson.loads(read_bytes(repo.local(root, _NOTE)) or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _remember(root: str, **values: Any) -> None:
    write_atomic(repo.local(root, _NOTE), json.dumps({**_known(root), **values}).encode(), 0o600)
