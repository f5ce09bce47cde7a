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
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tierwise.cascade.model import Answer, AnswerStop, Engine, Order, Say
from tierwise.processes import end_group

# (model, usage as the API gives it) -> US dollars, or None where no price is known.
Price = Callable[[str, Mapping[str, Any]], "float | None"]

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
# What the client's own message names as its error where another attempt would meet the same (2.1.197 and 2.1.329).
_REFUSED = ("authentication_failed", "billing_error", "model_not_found")
_TICK = 0.2  # seconds between looks at the clock while the client is silent
_GRACE = 2.0  # seconds that a client has to end by itself


def find_client(command: str = "claude") -> str | None:
    """The client's path, or None."""
    return shutil.which(command)


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
            client, "-p", "--model", order.rung.model, "--output-format", "stream-json", "--verbose",
            "--max-budget-usd", f"{order.max_usd:.6f}", "--permission-mode", permission_mode,
            "--session-id", order.session,
        ]  # fmt: skip
        if order.rung.effort:
            call += ["--effort", order.rung.effort]
        if allowed_tools:
            call += ["--allowedTools", ",".join(allowed_tools)]
        if tools is not None:
            call += ["--tools", tools]
        if order.stable:
            call += ["--append-system-prompt", order.stable]
        return _Run(call, order, price, say).answer()

    return attempt


class _Run:
    """One run of the client: its process, and what its lines have told so far."""

    def __init__(self, call: list[str], order: Order, price: Price, say: Say) -> None:
        self.call, self.order, self.price, self.say = call, order, price, say
        self.result: dict[str, Any] | None = None
        # message id -> (model, usage): a message comes in several lines, the last one counts.
        self.seen: dict[str, tuple[str, dict[str, Any]]] = {}
        self.error = ""  # what the client's last message names as its error

    def answer(self) -> Answer:
        """Run to the end, to the time limit, or until cancelled; the process group is gone afterwards."""
        env = {key: value for key, value in os.environ.items() if key not in _NOT_INHERITED}
        env = {key: value for key, value in env.items() if not key.startswith("GIT_")}
        try:
            process = subprocess.Popen(
                self.call, cwd=self.order.folder or None, env=env, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=os.name != "nt",
            )  # fmt: skip
        except OSError as error:
            return Answer("", "refused", 0.0, "client", f"{self.call[0]}: {error.strerror}")
        lines: queue.Queue[bytes | None] = queue.Queue()
        errors: list[bytes] = []
        readers = [
            threading.Thread(target=_pump, args=(process, self.order.prompt, lines), daemon=True),
            threading.Thread(target=lambda: errors.append(_drain(process)), daemon=True),
        ]
        for reader in readers:
            reader.start()
        cut_off: AnswerStop | None = None
        try:
            cut_off = self._follow(lines)
        except KeyboardInterrupt:
            cut_off = "interrupted"
        finally:
            _end(process)
        for reader in readers:
            reader.join(5)
        return self._conclude(
            process.returncode, cut_off, b"".join(errors).decode("utf-8", "replace").strip()
        )

    def _follow(self, lines: queue.Queue[bytes | None]) -> AnswerStop | None:
        deadline = time.monotonic() + self.order.seconds
        while True:
            if self.order.cancel.is_set():
                return "cancelled"
            if time.monotonic() > deadline:
                return "timeout"
            try:
                line = lines.get(timeout=_TICK)
            except queue.Empty:
                continue
            if line is None:
                return None
            self._read(line)
            if self.result is not None:
                return None

    def _read(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return
        if event.get("type") == "result":
            self.result = event
        elif event.get("type") == "assistant":
            message = event.get("message") or {}
            self.error = str(event.get("error") or "")
            self.seen[str(message.get("id"))] = (
                str(message.get("model")),
                message.get("usage") or {},
            )
            for block in message.get("content") or ():
                if block.get("type") == "tool_use":
                    self.say(
                        f"  {block.get('name')} {_object_of(block.get('input') or {})}".rstrip()
                    )

    def _conclude(self, code: int, cut_off: AnswerStop | None, errors: str) -> Answer:
        result = self.result
        if result is None:
            stop: AnswerStop = cut_off or ("killed" if code != 0 else "unavailable")
            detail = {
                "timeout": f"no end within {self.order.seconds:g} s",
                "cancelled": "another result was taken",
                "interrupted": "stopped by you",
            }.get(stop, f"the client ended with code {code} {errors[-300:]}".strip())
            return Answer(
                "",
                stop,
                self._lower_bound(),
                "lower-bound",
                detail,
                self._tokens(),
                session=self.order.session,
            )
        text = str(result.get("result") or "")
        return Answer(
            text=text,
            stop=_stop_of(result, self.error),
            cost_usd=float(result.get("total_cost_usd") or 0.0),
            cost_source="client",
            detail="" if not result.get("is_error") else _detail(result, text),
            tokens={key: int((result.get("usage") or {}).get(key) or 0) for key in _TOKENS},
            model=_main_model(result),
            session=str(result.get("session_id") or self.order.session),
        )

    def _lower_bound(self) -> float:
        return sum(self.price(model, usage) or 0.0 for model, usage in self.seen.values())

    def _tokens(self) -> dict[str, int]:
        return {
            key: sum(int(usage.get(key) or 0) for _, usage in self.seen.values()) for key in _TOKENS
        }


def _stop_of(result: Mapping[str, Any], error: str) -> AnswerStop:
    if "budget" in str(result.get("subtype")):
        return "budget"
    if not result.get("is_error"):
        return "done"
    if error in _REFUSED:
        return "refused"
    if result.get("terminal_reason") == "prompt_too_long":  # 2.1.197 and 2.1.329
        return "too-long"
    # max turns and errors during execution are the attempt's own; an API error is the world's.
    return "unavailable" if _is_outage(result) else "done"


def _is_outage(result: Mapping[str, Any]) -> bool:
    return str(result.get("result") or "").startswith("API Error") or bool(
        result.get("api_error_status")
    )


def _detail(result: Mapping[str, Any], text: str) -> str:
    errors = result.get("errors") or []
    return (text or "; ".join(map(str, errors)) or str(result.get("subtype")))[:300]


def _main_model(result: Mapping[str, Any]) -> str:
    usage = result.get("modelUsage") or {}
    return max(usage, key=lambda model: float(usage[model].get("costUSD") or 0), default="")


def _object_of(arguments: Mapping[str, Any]) -> str:
    for key in ("file_path", "command", "pattern", "path", "description"):
        if arguments.get(key):
            return str(arguments[key]).splitlines()[0][:100]
    return ""


def _pump(process: subprocess.Popen[bytes], prompt: str, lines: queue.Queue[bytes | None]) -> None:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(prompt.encode("utf-8", "replace"))
        process.stdin.close()
    except OSError:
        pass  # it ended before it read its prompt; its exit code tells
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _drain(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stderr is not None
    return process.stderr.read()[-4000:]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let a client that has answered end by itself; end what is left of its group, also at a second Ctrl-C."""
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    finally:
        end_group(process)
