"""The ``tierwise`` command as a process of its own that need not start: a warm process forks for each call.

It has its own arguments, environment, folder, files and memory, as one that was started has; only what the
interpreter and the imports take (0.4 to 1 s of the processor) is paid once.  Elsewhere than on Linux it is started.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support import warm_server

FORKS = sys.platform == "linux"
SECONDS = 170
KILOBYTES = 1024  # in a megabyte
# What Python reads when it starts; a process with other values is another one.
READ_AT_START = ("PYTHON", "LC_", "LANG")
# The processes that have nothing to do, by those variables.
_idle: defaultdict[frozenset[tuple[str, str]], list[socket.socket]] = defaultdict(list)
# Seconds of the processor that calls took: no process of ours waits for them, so the system does not count them.
_spent: list[float] = []


@dataclass(frozen=True)
class Ended:
    """How a call ended and what it took, without the processes that it started."""

    code: int
    said: bytes
    complained: bytes
    cpu_seconds: float
    megabytes: float


def run_tierwise(
    *arguments: str, cwd: Path, env: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``tierwise arguments`` to its end, with ``given`` typed into it; its code is the caller's to judge."""
    done = run_tierwise_on_bytes(*arguments, cwd=cwd, env=env, given=given.encode())
    return subprocess.CompletedProcess(
        done.args, done.returncode, _read_text(done.stdout), _read_text(done.stderr)
    )


def run_tierwise_on_bytes(
    *arguments: str, cwd: Path, env: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """The same, where what it writes need not be text."""
    if FORKS:
        done = fork_tierwise(arguments, cwd, env, given)
        return subprocess.CompletedProcess([*arguments], done.code, done.said, done.complained)
    call = [sys.executable, "-m", "tierwise", *arguments]
    return subprocess.run(
        call, cwd=cwd, env=env, input=given, capture_output=True, timeout=SECONDS, check=False
    )


def fork_tierwise(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], given: bytes = b""
) -> Ended:
    """Have a warm process do it, and say what it took."""
    read_at_start = {name: value for name, value in env.items() if name.startswith(READ_AT_START)}
    request = {"arguments": arguments, "folder": str(cwd), "environment": dict(env)}
    with ExitStack() as opened:
        files = [opened.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        typed, said, complained = files
        typed.write(given)
        typed.seek(0)
        code, cpu_seconds, kilobytes = _ask(read_at_start, request, files)
        for file in files:
            file.seek(0)
        _spent.append(cpu_seconds)
        megabytes = kilobytes / KILOBYTES
        return Ended(code, said.read(), complained.read(), cpu_seconds, megabytes)


def read_spent() -> float:
    """Seconds of the processor that all calls up to now took in warm processes."""
    return sum(_spent)


def _read_text(said: bytes) -> str:
    """Text with line ends as Python's own text mode gives them."""
    return said.decode().replace("\r\n", "\n")


def _ask(
    read_at_start: dict[str, str], request: Mapping[str, object], files: list[IO[bytes]]
) -> tuple[int, float, int]:
    """Have a process that has nothing to do answer: exit code, seconds of the processor, kilobytes."""
    idle = _idle[frozenset(read_at_start.items())]
    server = idle.pop() if idle else _start_server(read_at_start)
    try:
        return _wait_for_end(server, request, files)
    finally:
        idle.append(server)


def _wait_for_end(
    server: socket.socket, request: Mapping[str, object], files: list[IO[bytes]]
) -> tuple[int, float, int]:
    """Send a request and wait for its end; one that takes no end is ended."""
    data = json.dumps(request).encode()
    socket.send_fds(server, [data], [file.fileno() for file in files])
    process = int(server.recv(warm_server.MOST_BYTES))
    try:
        code, cpu_seconds, kilobytes = json.loads(server.recv(warm_server.MOST_BYTES))
        return code, cpu_seconds, kilobytes
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
        server.recv(warm_server.MOST_BYTES)
        raise subprocess.TimeoutExpired(str(request), SECONDS) from None


def _start_server(read_at_start: dict[str, str]) -> socket.socket:
    """A warm process with these variables; it ends when its socket does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(SECONDS)
    call = [sys.executable, warm_server.__file__, str(theirs.fileno())]
    server = subprocess.Popen(call, env=read_at_start, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(_stop_server, ours, server)
    return ours


def _stop_server(requests: socket.socket, server: subprocess.Popen[bytes]) -> None:
    """Let a warm process end before this one does."""
    requests.close()
    server.wait()
