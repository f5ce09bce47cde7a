"""Attempts by headless Claude Code.

Flags and the stream's shape are those of client 2.1.329: ``--model``, ``--effort``, ``--max-budget-usd``,
``--permission-mode``, ``--session-id``, ``--output-format stream-json`` (needs ``--verbose``); the last line is
``{"type": "result", "subtype", "is_error", "result", "total_cost_usd", "usage", "modelUsage", "session_id"}``.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence

from tierwise.cascade.engines.client_stream import ClientStream
from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import (
    Answer,
    AnswerStop,
    Engine,
    Order,
    Say,
)
from tierwise.process_tree import (
    MARK,
    adopt_orphans,
    ask_to_end,
    end_all,
)
from tierwise.programs import find_program

# Set by a session that this process may itself run in; a client that sees them takes itself for nested.
_NOT_INHERITED = (
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SSE_PORT",
    "CLAUDE_CODE_EFFORT_LEVEL",
)
_Lines = queue.Queue[bytes | None]  # of the client's output; None is its end
_TICK = 0.2  # seconds between looks at the clock while the client is silent
_GRACE = 5.0  # seconds that a client has to end by itself, or to tell what it still knows


def find_client(command: str = "claude") -> str | None:
    """Return the client's path, or None; where only its name is given, none of the work tree's own."""
    if os.sep in command:
        return shutil.which(command)
    return find_program(command, outside=os.curdir)


def claude_engine(
    client: str,
    price: Price,
    *,
    permission_mode: str = "acceptEdits",
    allowed_tools: Sequence[str] = (),
    tools: str | None = None,
) -> Engine:
    """Return an engine that runs ``client``.  ``tools=""`` takes all tools away (for a judge)."""

    def attempt(order: Order, say: Say) -> Answer:
        call = [
            client,
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
        ]
        call += ["--model", order.spec.model]
        call += ["--max-budget-usd", f"{order.max_usd:.6f}"]
        call += ["--permission-mode", permission_mode]
        call += ["--session-id", order.session]
        if order.spec.effort:
            call += ["--effort", order.spec.effort]
        if allowed_tools:
            call += ["--allowedTools", ",".join(allowed_tools)]
        if tools is not None:
            call += ["--tools", tools]
        if order.stable:
            call += ["--append-system-prompt", order.stable]
        stream = ClientStream(order, price, say)
        return _ClientRun(call, order, stream).answer()

    return attempt


class _ClientRun:
    """One run of the client: its process."""

    def __init__(
        self,
        call: list[str],
        order: Order,
        stream: ClientStream,
    ) -> None:
        self.call = call
        self.order = order
        self.stream = stream

    def answer(self) -> Answer:
        """Run to the end, to a limit, or until cancelled; nothing of the client runs afterwards."""
        adopt_orphans()
        try:
            process = self._start_client()
        except OSError as error:
            detail = f"{self.call[0]}: {error.strerror}"
            return Answer.empty("refused", detail, for_all=True)
        lines: _Lines = queue.Queue()
        errors: list[bytes] = []

        def read_answer() -> None:
            _pump_prompt(process, self.order.prompt, lines)

        def read_errors() -> None:
            errors.append(_drain_pipes(process))

        readers = [
            threading.Thread(target=read, daemon=True) for read in (read_answer, read_errors)
        ]
        for reader in readers:
            reader.start()
        cut_off: AnswerStop | None = None
        try:
            cut_off = self._follow_lines(lines)
        except KeyboardInterrupt:
            cut_off = "interrupted"
        finally:
            self._end_client(process, lines, cut_off)
        for reader in readers:
            reader.join(_GRACE)
        said = b"".join(errors).decode("utf-8", "replace")
        return self.stream.conclude(
            process.returncode,
            cut_off,
            said.strip(),
        )

    def _start_client(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.call,
            cwd=self.order.folder or None,
            env=self._make_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name != "nt",
        )

    def _make_environment(self) -> dict[str, str]:
        inherited = {
            key: value
            for key, value in os.environ.items()
            if key not in _NOT_INHERITED and not key.startswith("GIT_")
        }
        return {**inherited, **self.order.variables, MARK: self.order.session}

    def _follow_lines(self, lines: _Lines) -> AnswerStop | None:
        deadline = time.monotonic() + self.order.seconds
        while True:
            now = time.monotonic()
            if self.order.cancel.is_set():
                return "cancelled"
            if now > deadline:
                return "timeout"
            if self.stream.is_stalled(now):
                return "stalled"
            try:
                line = lines.get(timeout=_TICK)
            except queue.Empty:
                continue
            if line is None:
                return None
            self.stream.read_line(line)
            if self.stream.result is not None:
                return None

    def _end_client(
        self,
        process: subprocess.Popen[bytes],
        lines: _Lines,
        cut_off: AnswerStop | None,
    ) -> None:
        """Let a client that has answered end by itself, ask any other to; read what it says meanwhile; kill the rest."""
        try:
            if cut_off is not None:
                ask_to_end(process)
            self._read_rest(lines, time.monotonic() + _GRACE)
            patience = _GRACE if cut_off is None else _TICK
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        finally:  # also at a second Ctrl-C
            end_all(
                process,
                self.order.session,
                self.order.folder,
            )
            self._read_rest(lines, time.monotonic() + _TICK)

    def _read_rest(
        self,
        lines: _Lines,
        deadline: float,
    ) -> None:
        """Read until the pipe's end or ``deadline``: what was billed meanwhile is part of the cost."""
        while time.monotonic() < deadline:
            try:
                line = lines.get(timeout=_TICK)
            except queue.Empty:
                continue
            if line is None:
                lines.put(None)
                return
            self.stream.read_line(line)


def _pump_prompt(
    process: subprocess.Popen[bytes],
    prompt: str,
    lines: _Lines,
) -> None:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(prompt.encode("utf-8", "replace"))
        process.stdin.close()
    except OSError:
        pass  # it ended before it read its prompt; its exit code tells
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _drain_pipes(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stderr is not None
    return process.stderr.read()[-4000:]
