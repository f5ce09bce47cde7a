"""Attempts by headless Claude Code.

Flags and the stream's shape are those of client 2.1.329: ``--model``, ``--effort``, ``--max-budget-usd``,
``--permission-mode``, ``--session-id``, ``--output-format stream-json`` (needs ``--verbose``); the last line is
``{"type": "result", "subtype", "is_error", "result", "total_cost_usd", "usage", "modelUsage", "session_id"}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tierwise.cascade.engines.client_result import (
    DETAIL,
    count_tokens,
    read_detail,
    read_main_model,
    read_stop,
)
from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import (
    Answer,
    AnswerStop,
    Engine,
    Order,
    Say,
)
from tierwise.cascade.stall import StallWatch
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
_SHOWN = 100  # characters of a call's object


def find_client(command: str = "claude") -> str | None:
    """The client's path, or None; where only its name is given, none of the work tree's own."""
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
    """An engine that runs ``client``.  ``tools=""`` takes all tools away (for a judge)."""

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
        return _ClientRun(call, order, price, say).answer()

    return attempt


class _ClientRun:
    """One run of the client: its process, and what its lines have told so far."""

    def __init__(
        self,
        call: list[str],
        order: Order,
        price: Price,
        say: Say,
    ) -> None:
        self.call = call
        self.order = order
        self.price = price
        self.say = say
        self.result: dict[str, Any] | None = None
        # message id -> (model, usage): a message comes in several lines, the last one counts.
        self.seen: dict[str, tuple[str, dict[str, Any]]] = {}
        self.error = ""  # what the client's last message names as its error
        self.ended_by = ""  # the last message's own stop reason
        self.stalled = ""
        self.last_words = ""  # the last text that the model wrote
        self.watch: StallWatch | None = None
        if order.stall is not None and order.edits and order.folder:
            now = time.monotonic()
            self.watch = StallWatch(
                order.stall,
                order.folder,
                order.max_usd,
                now,
            )

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
        return self._conclude_run(
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
        return {**inherited, MARK: self.order.session}

    def _follow_lines(self, lines: _Lines) -> AnswerStop | None:
        deadline = time.monotonic() + self.order.seconds
        while True:
            now = time.monotonic()
            if self.order.cancel.is_set():
                return "cancelled"
            if now > deadline:
                return "timeout"
            if self.watch is not None:
                self._note_stall(self.watch.see_time(now))
            if self.stalled:
                return "stalled"
            try:
                line = lines.get(timeout=_TICK)
            except queue.Empty:
                continue
            if line is None:
                return None
            self._read_line(line)
            if self.result is not None:
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
            self._read_line(line)

    def _read_line(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return
        if not isinstance(event, dict):
            return
        if event.get("type") == "result":
            self.result = event
        elif event.get("type") == "assistant":
            self._read_message(event)
        elif event.get("type") == "user":
            self._read_results(event)

    def _read_message(self, event: Mapping[str, Any]) -> None:
        message = event.get("message") or {}
        self.error = str(event.get("error") or "")
        self.ended_by = str(message.get("stop_reason") or self.ended_by)
        usage = message.get("usage") or {}
        name, model = str(message.get("id")), str(message.get("model"))
        self.seen[name] = (model, usage)
        for block in message.get("content") or ():
            if block.get("type") == "text":
                self.last_words = str(block.get("text") or "")
            if block.get("type") == "tool_use":
                self._read_call(block)

    def _read_call(self, block: Mapping[str, Any]) -> None:
        tool = str(block.get("name"))
        arguments = block.get("input") or {}
        self.say(f"  {tool} {_object_of(arguments)}".rstrip())
        if self.watch is not None:
            call = str(block.get("id"))
            self._note_stall(self.watch.see_call(call, tool, arguments))

    def _read_results(self, event: Mapping[str, Any]) -> None:
        message = event.get("message") or {}
        content = message.get("content")
        if self.watch is None or not isinstance(content, list):
            return
        for block in content:
            if isinstance(block, dict) and block.get("type") == "tool_result":
                found = self.watch.see_result(
                    str(block.get("tool_use_id")),
                    bool(block.get("is_error")),
                    json.dumps(block.get("content")),
                    time.monotonic(),
                )
                self._note_stall(found)
        # After the results: what a message paid for counts with the edit that it made.
        self._note_stall(self.watch.see_spend(self._lower_bound()))

    def _note_stall(self, reason: str) -> None:
        """Keep the first reason for which the attempt is taken to run in circles."""
        self.stalled = self.stalled or reason

    def _conclude_run(
        self,
        code: int,
        cut_off: AnswerStop | None,
        errors: str,
    ) -> Answer:
        result = self.result
        if result is None:
            return self._cut_off_answer(code, cut_off, errors)
        text = str(result.get("result") or "")
        stop, for_all = read_stop(
            result,
            self.error,
            self.ended_by,
        )
        detail = ""
        if result.get("is_error") or stop != "done":
            detail = read_detail(result, text)
        if cut_off is not None:
            stop, detail = cut_off, self._explain_cut_off(cut_off)
        return Answer(
            text=text,
            stop=stop,
            cost_usd=float(result.get("total_cost_usd") or 0.0),
            cost_source="client",
            detail=detail,
            tokens=count_tokens([result.get("usage") or {}]),
            model=read_main_model(result),
            session=result.get("session_id") or self.order.session,
            for_all=for_all,
        )

    def _cut_off_answer(
        self,
        code: int,
        cut_off: AnswerStop | None,
        errors: str,
    ) -> Answer:
        stop: AnswerStop = "unavailable" if code == 0 else "killed"
        stop = cut_off or stop
        detail = self._explain_cut_off(stop)
        if not detail:
            detail = f"the client ended with code {code} {errors[-DETAIL:]}".strip()
        return Answer(
            text=self._tell_learned(),
            stop=stop,
            cost_usd=self._lower_bound(),
            cost_source="lower-bound",
            detail=detail,
            tokens=count_tokens([usage for _, usage in self.seen.values()]),
            session=self.order.session,
        )

    def _tell_learned(self) -> str:
        """What an attempt that was cut off leaves to the next: its last words, and the command that failed last."""
        told = [self.last_words]
        if self.watch is not None and self.watch.last_failure:
            told.append(f"The command that failed last: {self.watch.last_failure}")
        return "\n\n".join(told).strip()

    def _explain_cut_off(self, stop: AnswerStop) -> str:
        words = {
            "timeout": f"no end within {self.order.seconds:g} s",
            "cancelled": "another result was taken",
            "interrupted": "stopped by you",
            "stalled": self.stalled,
        }
        return words.get(stop, "")

    def _lower_bound(self) -> float:
        costs = [self.price(model, usage) for model, usage in self.seen.values()]
        return sum(cost or 0.0 for cost in costs)


def _object_of(arguments: Mapping[str, Any]) -> str:
    for key in ("file_path", "command", "pattern", "path", "description"):
        if arguments.get(key):
            first_line = str(arguments[key]).splitlines()[0]
            return first_line[:_SHOWN]
    return ""


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
