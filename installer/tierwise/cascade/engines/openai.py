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

from tierwise.addresses import strip_password
from tierwise.cascade.answers import (
    AnswerError,
    describe_system,
    without_thinking,
    write_answer,
)
from tierwise.cascade.engines.pricing import (
    TOO_LITTLE,
    Price,
    affordable_tokens,
    name_source,
)
from tierwise.cascade.handoff import count_tokens
from tierwise.cascade.model import (
    Answer,
    AnswerStop,
    Engine,
    Order,
    Say,
)

_RETRIES = 3
_BUSY = (408, 429, 500, 502, 503, 504, 529)
_TOO_LARGE = 413  # HTTP: Payload Too Large
_DENIED = (401, 403)
_MAX_TOKENS = 32_768  # the longest answer that is asked for where money bounds it
_SHOWN = 300  # bytes of an error's text
PASSWORD_IN_ADDRESS = "a password stands in the address; name its variable, `api_key_env`"
_TICK = 0.1  # seconds between looks at the clock


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key, and what is asked, to a host that the user has never seen."""

    def redirect_request(
        self,
        *arguments: Any,
        **named: Any,
    ) -> None:
        """Follow none: the redirect's own status is then the error."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def openai_engine(
    price: Price,
    *,
    key: str | None = None,
    pause: float = 1.0,
) -> Engine:
    """Return an engine; ``key`` is sent as a bearer token; ``pause``: seconds before the first retry, doubled each time."""

    def attempt(order: Order, say: Say) -> Answer:
        url = (order.spec.base_url or "").rstrip("/") + "/chat/completions"
        shown = strip_password(url)
        if shown != url:
            return _report_unavailable(
                f"{shown}: {PASSWORD_IN_ADDRESS}",
                order,
            )
        body = _request_body(order, price)
        if body is None:
            return Answer.empty(
                "budget",
                TOO_LITTLE,
                session=order.session,
            )
        try:
            reply = _call_cancellably(
                lambda: _post_request(url, body, key, order, pause),
                order,
            )
        except _RefusedError as error:
            return _answer_of(error, url, order)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return _report_unavailable(
                f"{url}: {_name_cause(error)}",
                order,
            )
        if reply is None:
            stop: AnswerStop = "timeout"
            if order.cancel.is_set():
                stop = "cancelled"
            return Answer.empty(
                stop,
                is_exact=False,
                session=order.session,
            )
        return _read_reply(reply, url, order, price)

    return attempt


def _read_reply(
    reply: Any,
    url: str,
    order: Order,
    price: Price,
) -> Answer:
    try:
        return _conclude_reply(reply, order, price)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        shape = f"the answer has not the shape of a chat completion: {error!r}"
        return _report_unavailable(f"{url}: {shape}", order)


def _name_cause(error: Exception) -> str:
    if isinstance(error, OSError | http.client.HTTPException):
        return str(getattr(error, "reason", None) or error)
    return f"the answer is not JSON: {error}"


class _RefusedError(Exception):
    """An HTTP status that another try would meet again; its arguments are the code and the server's words."""


def _request_body(
    order: Order,
    price: Price,
) -> dict[str, Any] | None:
    """Return the request, with as many output tokens as the budget can pay; None where it can pay for none."""
    system = describe_system(order)
    body: dict[str, Any] = {
        "model": order.spec.model,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": order.prompt},
        ],
        "stream": False,
    }
    model = order.spec.model
    prompt = {"input_tokens": count_tokens(system) + count_tokens(order.prompt)}
    tokens = affordable_tokens(
        price,
        model,
        order.max_usd,
        prompt,
        _MAX_TOKENS,
    )
    if tokens is None:
        return None
    if tokens < _MAX_TOKENS:
        body["max_tokens"] = tokens
    return body


def _answer_of(
    error: _RefusedError,
    url: str,
    order: Order,
) -> Answer:
    code, words = error.args
    stop: AnswerStop = "refused"
    if code == _TOO_LARGE:
        stop = "too-long"
    detail = f"{url}: HTTP {code}: {words}"
    is_denied = code in _DENIED
    return Answer.empty(
        stop,
        detail,
        session=order.session,
        for_all=is_denied,
    )


def _report_unavailable(detail: str, order: Order) -> Answer:
    return Answer.empty(
        "unavailable",
        detail,
        session=order.session,
    )


def _conclude_reply(
    reply: Mapping[str, Any],
    order: Order,
    price: Price,
) -> Answer:
    tokens = _read_tokens(reply)
    choice = reply["choices"][0]
    message = choice.get("message") or {}
    text = str(message.get("content") or "")
    cost = price(order.spec.model, tokens)
    stop, detail = _stop_of(choice)
    if order.edits and stop == "done":
        try:
            write_answer(text, order.folder)
        except AnswerError as error:
            stop = "malformed"
            detail = str(error)
    if not order.edits:
        text = without_thinking(text).strip()
    return Answer(
        text=text,
        stop=stop,
        cost_usd=cost or 0.0,
        cost_source=name_source(cost),
        detail=detail,
        tokens=tokens,
        model=str(reply.get("model") or ""),
        session=order.session,
    )


def _read_tokens(reply: Mapping[str, Any]) -> dict[str, int]:
    usage = reply.get("usage") or {}
    return {
        "input_tokens": int(usage.get("prompt_tokens") or 0),
        "output_tokens": int(usage.get("completion_tokens") or 0),
    }


def _stop_of(choice: Mapping[str, Any]) -> tuple[AnswerStop, str]:
    """Return how a completion ended, and in words what was wrong with it."""
    reason = choice.get("finish_reason")
    if reason == "length":
        return "truncated", "the answer was cut off at the endpoint's token limit"
    message = choice.get("message") or {}
    refusal = message.get("refusal")
    if reason == "content_filter" or refusal:
        return "refused", str(refusal or "the endpoint's filter held the answer back")
    return "done", ""


def _post_request(
    url: str,
    body: Mapping[str, Any],
    key: str | None,
    order: Order,
    pause: float,
) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    data = json.dumps(body).encode()
    deadline = time.monotonic() + order.seconds
    for number in range(_RETRIES + 1):
        request = urllib.request.Request(url, data, headers)
        limit = max(1.0, deadline - time.monotonic())
        try:
            with _OPENER.open(request, timeout=limit) as response:
                value: dict[str, Any] = json.load(response)
                return value
        except urllib.error.HTTPError as error:
            words = error.read(_SHOWN).decode(
                "utf-8",
                "replace",
            )
            if error.code not in _BUSY:
                raise _RefusedError(error.code, words) from None
            if number == _RETRIES:
                raise OSError(f"HTTP {error.code}: {words}") from None
            wait = pause * 2**number
            told = error.headers.get("retry-after", "")
            if told.isdigit():
                wait = float(told)
            left = max(0.0, deadline - time.monotonic())
            time.sleep(min(wait, left))
    raise OSError("no answer")


def _call_cancellably(
    call: Any,
    order: Order,
) -> dict[str, Any] | None:
    """Return the call's value; None when it was cancelled or out of time (its thread ends with its socket)."""
    box: list[Any] = []

    def run() -> None:
        try:
            box.append(call())
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    deadline = time.monotonic() + order.seconds
    while thread.is_alive() and time.monotonic() < deadline:
        if order.cancel.is_set():
            break
        thread.join(_TICK)
    if not box:
        return None
    if isinstance(box[0], Exception):
        raise box[0]
    value: dict[str, Any] = box[0]
    return value
