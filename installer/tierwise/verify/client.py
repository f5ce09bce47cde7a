"""Running a real Claude Code client against the stand-in API, with nothing of this machine's own set-up.

A run sees an empty environment but for PATH, a home of its own and a dummy key.  ::

    answer = client.ask("go", cwd=repository, home=home, url=api.url)
    with client.session(cwd=repository, home=home, url=api.url) as session:
        session.ask("first turn")
        session.ask("second turn")
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tierwise.processes import (
    end_group,
    kill_group,
    quote_failure,
)
from tierwise.verify.tools.running import RunningClients

LIMIT = 300  # seconds after which a run counts as hung
_STOPPED = "the proof was stopped"


class ClientFailedError(Exception):
    """The client did not answer as a client does."""


@dataclass(frozen=True)
class ClientAnswer:
    """What a ``-p`` run printed: the ``result`` object of ``--output-format json``, and how it ended."""

    code: int
    result: dict[str, Any]
    stderr: str

    @property
    def text(self) -> str:
        """The model's last words."""
        return str(self.result.get("result", ""))

    @property
    def cost(self) -> float:
        """What the client itself thinks the run cost, in dollars."""
        return float(self.result.get("total_cost_usd", 0.0))

    @property
    def session(self) -> str:
        """The session's id; the transcript's file name."""
        return str(self.result.get("session_id", ""))


@dataclass(frozen=True)
class Client:
    """One version of Claude Code on this machine.  ``running`` are its runs, which end together."""

    version: str
    path: Path
    running: RunningClients = field(
        default_factory=RunningClients,
        compare=False,
    )

    def __str__(self) -> str:
        return self.version

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        home: Path,
        url: str = "",
        env: Mapping[str, str] | None = None,
        limit: float = LIMIT,
    ) -> subprocess.CompletedProcess[str]:
        """Make any call, for example ``plugin validate``; the exit code is the caller's to judge.

        Raises ClientFailedError once the runs have been ended, TimeoutExpired after ``limit`` seconds.
        """
        call = [str(self.path), *arguments]
        process = self.running.start(
            call,
            cwd,
            environment(home, url, env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if process is None:
            raise ClientFailedError(_STOPPED)
        try:
            printed, errors = process.communicate(timeout=limit)
        finally:
            self.running.forget(process)
            end_group(process)
        return subprocess.CompletedProcess(
            call, process.returncode, printed.decode("utf-8"), errors.decode("utf-8")
        )

    def ask(
        self,
        prompt: str,
        *arguments: str,
        cwd: Path,
        home: Path,
        url: str,
        env: Mapping[str, str] | None = None,
        limit: float = LIMIT,
    ) -> ClientAnswer:
        """Send one prompt in a session of its own.

        Tools that change things want ``"--allowedTools", "Bash,Edit,Write"`` among the arguments.
        """
        done = self.run(
            ["-p", prompt, "--output-format", "json", *arguments],
            cwd=cwd,
            home=home,
            url=url,
            env=env,
            limit=limit,
        )
        try:
            result = json.loads(done.stdout)
        except ValueError:
            raise ClientFailedError(
                f"no JSON from the client (exit code {done.returncode}): {quote_failure(done, 500)}"
            ) from None
        return ClientAnswer(done.returncode, result, done.stderr)

    def session(
        self,
        *arguments: str,
        cwd: Path,
        home: Path,
        url: str,
        env: Mapping[str, str] | None = None,
    ) -> ClientSession:
        """Open a session that stays open for several prompts; a context manager."""
        call = [
            str(self.path),
            "-p",
            "--verbose",
            "--input-format",
            "stream-json",
            "--output-format",
            "stream-json",
        ]
        process = self.running.start(
            [*call, *arguments],
            cwd,
            environment(home, url, env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if process is None:
            raise ClientFailedError(_STOPPED)
        return ClientSession(process, self.running)


class ClientSession:
    """A running client that takes one prompt after the other."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        running: RunningClients,
    ) -> None:
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self._running = running
        self._watchdog = threading.Timer(
            LIMIT,
            kill_group,
            [self._process],
        )
        self._watchdog.start()

    def __enter__(self) -> ClientSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        *_details: object,
    ) -> None:
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended before it had read all
                _require_pipe(self._process.stdin).close()
            if kind:
                kill_group(self._process)
            for _ in _require_pipe(self._process.stdout):
                pass
            self._process.wait()
        finally:
            self._watchdog.cancel()  # one that goes on keeps the whole program alive
        self._running.forget(self._process)
        _require_pipe(self._process.stdout).close()

    def send(self, prompt: str) -> None:
        """Send a prompt and do not wait."""
        message = {"type": "user", "message": {"role": "user", "content": prompt}}
        stdin = _require_pipe(self._process.stdin)
        stdin.write(json.dumps(message).encode() + b"\n")
        stdin.flush()

    def ask(self, prompt: str) -> dict[str, Any]:
        """Send a prompt and wait for its ``result`` line."""
        self.send(prompt)
        return self.wait_for("result")

    def wait_for(self, kind: str) -> dict[str, Any]:
        """Read on until a line of this ``type``; all lines are kept in ``lines``."""
        for raw in _require_pipe(self._process.stdout):
            line = json.loads(raw)
            self.lines.append(line)
            if line.get("type") == kind:
                return dict(line)
        raise ClientFailedError(f"the client ended before a {kind!r} line; last: {self.lines[-1:]}")


def make_home(folder: Path) -> Path:
    """Make a home folder like that of somebody who has used the client before.

    In a new home 2.1.197 pins its newest models to effort ``high`` until the user picks an effort once; these
    marks say that they have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pins = (
        "unpinOpus47LaunchEffort",
        "unpinOpus48LaunchEffort",
        "unpinFable5LaunchEffort",
    )
    marks = dict.fromkeys(
        ("hasCompletedOnboarding", *pins),
        True,
    )
    (folder / ".claude.json").write_text(
        json.dumps(marks),
        encoding="utf-8",
    )
    return folder


def environment(
    home: Path,
    url: str = "",
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the whole environment of a run: nothing of the caller's but PATH."""
    base = {
        "HOME": str(home),
        "PATH": os.environ.get("PATH", os.defpath),
        "TERM": "xterm",
        "TMPDIR": str(home),
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ANTHROPIC_API_KEY": "dummy",
        # A closed port where no stand-in is named: a run never reaches the real API.
        "ANTHROPIC_BASE_URL": url or "http://127.0.0.1:9",
    }
    return base | dict(more or {})


def _require_pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ClientFailedError("the client was started without pipes")
    return stream
