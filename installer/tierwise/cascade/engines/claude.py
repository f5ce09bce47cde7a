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

from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import Answer, AnswerStop, Engine, Order, Say
from tierwise.cascade.process_tree import MARK, adopt_orphans, ask_to_end, end_all
from tierwise.cascade.stall import StallWatch
from tierwise.programs import find_program

# Set by a session that this process may itself run in; a client that sees them takes itself for nested.
_NOT_INHERITED = (
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SSE_PORT",
    "CLAUDE_CODE_EFFORT_LEVEL",
)
_TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)
# What the client's own message names as its error where every tier would meet the same (2.1.197 and 2.1.329).
_REFUSED_FOR_ALL = ("authentication_failed", "billing_error")
_REFUSED = ("model_not_found", "invalid_request")
_TOO_LARGE = 413  # HTTP: Payload Too Large
_TICK = 0.2  # seconds between looks at the clock while the client is silent
_GRACE = 5.0  # seconds that a client has to end by itself, or to tell what it still knows
_SHOWN = 100  # characters of a call's object
_DETAIL = 300  # characters of an error's text


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
            client, "-p", "--model", order.spec.model, "--output-format", "stream-json", "--verbose",
            "--max-budget-usd", f"{order.max_usd:.6f}", "--permission-mode", permission_mode,
            "--session-id", order.session,
        ]  # fmt: skip
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

    def __init__(self, call: list[str], order: Order, price: Price, say: Say) -> None:
        self.call, self.order, self.price, self.say = call, order, price, say
        self.result: dict[str, Any] | None = None
        # message id -> (model, usage): a message comes in several lines, the last one counts.
        self.seen: dict[str, tuple[str, dict[str, Any]]] = {}
        self.error = ""  # what the client's last message names as its error
        self.ended_by = ""  # the last message's own stop reason
        self.stalled = ""
        self.last_words = ""  # the last text that the model wrote
        self.watch: StallWatch | None = None
        if order.stall is not None and order.edits and order.folder:
            self.watch = StallWatch(order.stall, order.folder, order.max_usd, time.monotonic())

    def answer(self) -> Answer:
        """Run to the end, to a limit, or until cancelled; nothing of the client runs afterwards."""
        adopt_orphans()
        try:
            process = subprocess.Popen(
                self.call, cwd=self.order.folder or None, env=self._make_environment(), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=os.name != "nt",
            )  # fmt: skip
        except OSError as error:
            detail = f"{self.call[0]}: {error.strerror}"
            return Answer("", "refused", 0.0, "client", detail, for_all=True)
        lines: queue.Queue[bytes | None] = queue.Queue()
        errors: list[bytes] = []
        readers = [
            threading.Thread(
                target=_pump_prompt, args=(process, self.order.prompt, lines), daemon=True
            ),
            threading.Thread(target=lambda: errors.append(_drain_pipes(process)), daemon=True),
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
        said = b"".join(errors).decode("utf-8", "replace").strip()
        return self._conclude_run(process.returncode, cut_off, said)

    def _make_environment(self) -> dict[str, str]:
        inherited = {
            key: value
            for key, value in os.environ.items()
            if key not in _NOT_INHERITED and not key.startswith("GIT_")
        }
        return {**inherited, MARK: self.order.session}

    def _follow_lines(self, lines: queue.Queue[bytes | None]) -> AnswerStop | None:
        deadline = time.monotonic() + self.order.seconds
        while True:
            now = time.monotonic()
            if self.order.cancel.is_set():
                return "cancelled"
            if now > deadline:
                return "timeout"
            if self.watch is not None:
                self.stalled = self.stalled or self.watch.see_time(now)
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
        lines: queue.Queue[bytes | None],
        cut_off: AnswerStop | None,
    ) -> None:
        """Let a client that has answered end by itself, ask any other to; read what it says meanwhile; kill the rest."""
        try:
            if cut_off is not None:
                ask_to_end(process)
            self._read_rest(lines, time.monotonic() + _GRACE)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE if cut_off is None else _TICK)
        finally:  # also at a second Ctrl-C
            end_all(process, self.order.session, self.order.folder)
            self._read_rest(lines, time.monotonic() + _TICK)

    def _read_rest(self, lines: queue.Queue[bytes | None], deadline: float) -> None:
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
        self.seen[str(message.get("id"))] = (str(message.get("model")), usage)
        for block in message.get("content") or ():
            if block.get("type") == "text":
                self.last_words = str(block.get("text") or "")
            if block.get("type") != "tool_use":
                continue
            name, arguments = str(block.get("name")), block.get("input") or {}
            self.say(f"  {name} {_object_of(arguments)}".rstrip())
            if self.watch is not None:
                found = self.watch.see_call(str(block.get("id")), name, arguments)
                self.stalled = self.stalled or found

    def _read_results(self, event: Mapping[str, Any]) -> None:
        content = (event.get("message") or {}).get("content")
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
                self.stalled = self.stalled or found
        # After the results: what a message paid for counts with the edit that it made.
        self.stalled = self.stalled or self.watch.see_spend(self._lower_bound())

    def _conclude_run(self, code: int, cut_off: AnswerStop | None, errors: str) -> Answer:
        result = self.result
        if result is None:
            return self._cut_off_answer(code, cut_off, errors)
        text = str(result.get("result") or "")
        stop, for_all = self._stop_of(result)
        detail = _detail_of(result, text) if result.get("is_error") or stop != "done" else ""
        if cut_off is not None:
            stop, detail = cut_off, self._explain_cut_off(cut_off)
        return Answer(
            text=text,
            stop=stop,
            cost_usd=float(result.get("total_cost_usd") or 0.0),
            cost_source="client",
            detail=detail,
            tokens={key: int((result.get("usage") or {}).get(key) or 0) for key in _TOKENS},
            model=_main_model(result),
            session=str(result.get("session_id") or self.order.session),
            for_all=for_all,
        )

    def _cut_off_answer(self, code: int, cut_off: AnswerStop | None, errors: str) -> Answer:
        stop: AnswerStop = cut_off or ("killed" if code != 0 else "unavailable")
        detail = self._explain_cut_off(stop)
        if not detail:
            detail = f"the client ended with code {code} {errors[-_DETAIL:]}".strip()
        return Answer(
            text=self._tell_learned(),
            stop=stop,
            cost_usd=self._lower_bound(),
            cost_source="lower-bound",
            detail=detail,
            tokens=self._count_tokens(),
            session=self.order.session,
        )

    def _tell_learned(self) -> str:
        """What an attempt that was cut off leaves to the next: its last words, and the command that failed last."""
        failure = self.watch.last_failure if self.watch else ""
        told = f"The command that failed last: {failure}" if failure else ""
        return "\n\n".join(part for part in (self.last_words, told) if part)

    def _explain_cut_off(self, stop: AnswerStop) -> str:
        words = {
            "timeout": f"no end within {self.order.seconds:g} s",
            "cancelled": "another result was taken",
            "interrupted": "stopped by you",
            "stalled": self.stalled,
        }
        return words.get(stop, "")

    def _stop_of(self, result: Mapping[str, Any]) -> tuple[AnswerStop, bool]:
        """How a client that has told its result ended, and whether every tier would meet that end."""
        if "budget" in str(result.get("subtype")):
            return "budget", False
        if self.ended_by == "refusal":
            return "refused", False
        if not result.get("is_error"):
            return "done", False
        if self.error in _REFUSED_FOR_ALL:
            return "refused", True
        return self._stop_of_error(result), False

    def _stop_of_error(self, result: Mapping[str, Any]) -> AnswerStop:
        """How a client ended that calls its result an error which another tier may not meet."""
        status = result.get("api_error_status")
        text = str(result.get("result") or "")
        too_long = result.get("terminal_reason") == "prompt_too_long"  # 2.1.197 and 2.1.329
        if too_long or status == _TOO_LARGE or f"API Error: {_TOO_LARGE}" in text:
            return "too-long"
        if self.error in _REFUSED:
            return "refused"
        if self.ended_by == "max_tokens" or self.error == "max_output_tokens":
            return "truncated"
        # max turns and errors during execution are the attempt's own; an API error is the world's.
        is_outage = text.startswith("API Error") or bool(status)
        return "unavailable" if is_outage else "done"

    def _lower_bound(self) -> float:
        return sum(self.price(model, usage) or 0.0 for model, usage in self.seen.values())

    def _count_tokens(self) -> dict[str, int]:
        return {
            key: sum(int(usage.get(key) or 0) for _, usage in self.seen.values()) for key in _TOKENS
        }


def _detail_of(result: Mapping[str, Any], text: str) -> str:
    errors = result.get("errors") or []
    return (text or "; ".join(map(str, errors)) or str(result.get("subtype")))[:_DETAIL]


def _main_model(result: Mapping[str, Any]) -> str:
    usage = result.get("modelUsage") or {}
    return max(usage, key=lambda model: float(usage[model].get("costUSD") or 0), default="")


def _object_of(arguments: Mapping[str, Any]) -> str:
    for key in ("file_path", "command", "pattern", "path", "description"):
        if arguments.get(key):
            return str(arguments[key]).splitlines()[0][:_SHOWN]
    return ""


def _pump_prompt(
    process: subprocess.Popen[bytes], prompt: str, lines: queue.Queue[bytes | None]
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
