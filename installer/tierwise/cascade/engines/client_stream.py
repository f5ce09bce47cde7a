"""What the lines of a headless Claude Code tell while it runs, and the answer that they come to."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from tierwise import fastjson
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
    Order,
    Say,
)
from tierwise.cascade.stall import StallWatch

_SHOWN = 100  # characters of a call's object


class ClientStream:
    """What the client's lines have told so far."""

    def __init__(
        self,
        order: Order,
        price: Price,
        say: Say,
    ) -> None:
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
                order.git,
            )

    def is_stalled(self, now: float) -> bool:
        """Return whether the attempt is taken to run in circles, or to have done so for too long."""
        if self.watch is not None:
            self._note_stall(self.watch.see_time(now))
        return bool(self.stalled)

    def read_line(self, line: bytes) -> None:
        """Take one line; one that is no event is passed over."""
        event = fastjson.read_object(line)
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

    def conclude(
        self,
        code: int,
        cut_off: AnswerStop | None,
        errors: str,
    ) -> Answer:
        """Return the answer of a client that ended with ``code``; ``cut_off``: why it was ended, if it was."""
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
        """Return what an attempt that was cut off leaves to the next: its last words, and the command that failed last."""
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
