"""Attempts by any OpenAI-compatible endpoint (Ollama, vLLM, LM Studio …), with the standard library's HTTP."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tierwise.cascade.answers import INSTRUCTION, write_answer
from tierwise.cascade.engines.claude import Price
from tierwise.cascade.model import Answer, AnswerStop, Engine, Order, Say

_RETRIES = 3
_BUSY = (408, 429, 500, 502, 503, 504, 529)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key, and what is asked, to a host that the user has never seen."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Follow none: the redirect's own status is then the error."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def openai_engine(price: Price, *, key: str | None = None, pause: float = 1.0) -> Engine:
    """``key`` is sent as a bearer token; ``pause``: seconds before the first retry, doubled each time."""

    def attempt(order: Order, say: Say) -> Answer:
        url = (order.rung.base_url or "").rstrip("/") + "/chat/completions"
        system = order.stable + (f"\n\n{INSTRUCTION}" if order.edits else "")
        body: dict[str, Any] = {
            "model": order.rung.model,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": order.prompt},
            ],
            "stream": False,
        }
        try:
            reply = _cancellable(lambda: _post(url, body, key, order, pause), order)
        except (OSError, http.client.HTTPException) as error:
            cause = getattr(error, "reason", None) or error
            return Answer(
                "", "unavailable", 0.0, "priced", f"{url}: {cause}", session=order.session
            )
        except ValueError as error:
            return Answer(
                "", "unavailable", 0.0, "priced", f"{url}: the answer is not JSON: {error}"
            )
        if reply is None:
            stop: AnswerStop = "cancelled" if order.cancel.is_set() else "timeout"
            return Answer("", stop, 0.0, "lower-bound", "", session=order.session)
        try:
            return _conclude(reply, order, price)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            detail = f"{url}: the answer has not the shape of a chat completion: {error!r}"
            return Answer("", "unavailable", 0.0, "priced", detail, session=order.session)

    return attempt


def _conclude(reply: Mapping[str, Any], order: Order, price: Price) -> Answer:
    usage = reply.get("usage") or {}
    tokens = {
        "input_tokens": int(usage.get("prompt_tokens") or 0),
        "output_tokens": int(usage.get("completion_tokens") or 0),
    }
    choice = reply["choices"][0]
    text = str((choice.get("message") or {}).get("content") or "")
    cost = price(order.rung.model, tokens)
    source = "unpriced" if cost is None else "priced"
    cut_off = choice.get("finish_reason") == "length"
    detail = "the answer was cut off at the endpoint's token limit" if cut_off else ""
    if order.edits and not cut_off:
        try:
            write_answer(text, order.folder)
        except ValueError as error:
            detail = str(error)
    stop: AnswerStop = "truncated" if cut_off else "done"
    return Answer(
        text,
        stop,
        cost or 0.0,
        source,
        detail,
        tokens,
        str(reply.get("model") or ""),
        order.session,
    )


def _post(
    url: str, body: Mapping[str, Any], key: str | None, order: Order, pause: float
) -> dict[str, Any]:
    headers = {
        "content-type": "application/json",
        **({"authorization": f"Bearer {key}"} if key else {}),
    }
    deadline = time.monotonic() + order.seconds
    for number in range(_RETRIES + 1):
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with _OPENER.open(request, timeout=max(1.0, deadline - time.monotonic())) as response:
                value: dict[str, Any] = json.load(response)
                return value
        except urllib.error.HTTPError as error:
            if error.code not in _BUSY or number == _RETRIES:
                raise OSError(
                    f"HTTP {error.code}: {error.read(300).decode('utf-8', 'replace')}"
                ) from None
            wait = error.headers.get("retry-after", "")
            time.sleep(
                min(
                    float(wait) if wait.isdigit() else pause * 2**number,
                    max(0, deadline - time.monotonic()),
                )
            )
    raise OSError("no answer")


def _cancellable(call: Any, order: Order) -> dict[str, Any] | None:
    """The call's value; None when it was cancelled or out of time (its thread ends with its socket)."""
    box: list[Any] = []

    def run() -> None:
        try:
            box.append(call())
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    deadline = time.monotonic() + order.seconds
    while thread.is_alive() and not order.cancel.is_set() and time.monotonic() < deadline:
        thread.join(0.1)
    if not box:
        return None
    if isinstance(box[0], Exception):
        raise box[0]
    value: dict[str, Any] = box[0]
    return value
