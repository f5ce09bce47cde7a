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
from tierwise.cascade.answers import INSTRUCTION, AnswerError, without_thinking, write_answer
from tierwise.cascade.engines.pricing import Price, affordable_tokens
from tierwise.cascade.handoff import count_tokens
from tierwise.cascade.model import Answer, AnswerStop, Engine, Order, Say

_RETRIES = 3
_BUSY = (408, 429, 500, 502, 503, 504, 529)
_TOO_LARGE = 413  # HTTP: Payload Too Large
_DENIED = (401, 403)
_MAX_TOKENS = 32_768  # the longest answer that is asked for where money bounds it
_SHOWN = 300  # bytes of an error's text
PASSWORD_IN_ADDRESS = "a password stands in the address; name its variable, `api_key_env`"
TOO_LITTLE = "the budget does not cover the shortest answer"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key, and what is asked, to a host that the user has never seen."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Follow none: the redirect's own status is then the error."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def openai_engine(price: Price, *, key: str | None = None, pause: float = 1.0) -> Engine:
    """``key`` is sent as a bearer token; ``pause``: seconds before the first retry, doubled each time."""

    def attempt(order: Order, say: Say) -> Answer:
        url = (order.spec.base_url or "").rstrip("/") + "/chat/completions"
        shown = strip_password(url)
        if shown != url:
            return _report_unavailable(f"{shown}: {PASSWORD_IN_ADDRESS}", order)
        body = _request_body(order, price)
        if body is None:
            return Answer("", "budget", 0.0, "priced", TOO_LITTLE, session=order.session)
        try:
            reply = _call_cancellably(lambda: _post_request(url, body, key, order, pause), order)
        except _RefusedError as error:
            return _answer_of(error, url, order)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return _report_unavailable(f"{url}: {_name_cause(error)}", order)
        if reply is None:
            stop: AnswerStop = "cancelled" if order.cancel.is_set() else "timeout"
            return Answer("", stop, 0.0, "lower-bound", "", session=order.session)
        return _read_reply(reply, url, order, price)

    return attempt


def _read_reply(reply: Any, url: str, order: Order, price: Price) -> Answer:
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


def _request_body(order: Order, price: Price) -> dict[str, Any] | None:
    """The request, with as many output tokens as the budget can pay; None where it can pay for none."""
    system = order.stable + (f"\n\n{INSTRUCTION}" if order.edits else "")
    body: dict[str, Any] = {
        "model": order.spec.model,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": order.prompt},
        ],
        "stream": False,
    }
    prompt = {"input_tokens": count_tokens(system) + count_tokens(order.prompt)}
    tokens = affordable_tokens(price, order.spec.model, order.max_usd, prompt, _MAX_TOKENS)
    if tokens is None:
        return None
    if tokens < _MAX_TOKENS:
        body["max_tokens"] = tokens
    return body


def _answer_of(error: _RefusedError, url: str, order: Order) -> Answer:
    code, words = error.args
    stop: AnswerStop = "too-long" if code == _TOO_LARGE else "refused"
    detail = f"{url}: HTTP {code}: {words}"
    denied = code in _DENIED
    return Answer("", stop, 0.0, "priced", detail, session=order.session, for_all=denied)


def _report_unavailable(detail: str, order: Order) -> Answer:
    return Answer("", "unavailable", 0.0, "priced", detail, session=order.session)


def _conclude_reply(reply: Mapping[str, Any], order: Order, price: Price) -> Answer:
    usage = reply.get("usage") or {}
    tokens = {
        "input_tokens": int(usage.get("prompt_tokens") or 0),
        "output_tokens": int(usage.get("completion_tokens") or 0),
    }
    choice = reply["choices"][0]
    text = str((choice.get("message") or {}).get("content") or "")
    cost = price(order.spec.model, tokens)
    source = "unpriced" if cost is None else "priced"
    stop, detail = _stop_of(choice)
    if order.edits and stop == "done":
        try:
            write_answer(text, order.folder)
        except AnswerError as error:
            stop, detail = "malformed", str(error)
    model = str(reply.get("model") or "")
    shown = without_thinking(text).strip() if not order.edits else text
    return Answer(shown, stop, cost or 0.0, source, detail, tokens, model, order.session)


def _stop_of(choice: Mapping[str, Any]) -> tuple[AnswerStop, str]:
    """How a completion ended, and in words what was wrong with it."""
    reason = choice.get("finish_reason")
    if reason == "length":
        return "truncated", "the answer was cut off at the endpoint's token limit"
    refusal = (choice.get("message") or {}).get("refusal")
    if reason == "content_filter" or refusal:
        return "refused", str(refusal or "the endpoint's filter held the answer back")
    return "done", ""


def _post_request(
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
            words = error.read(_SHOWN).decode("utf-8", "replace")
            if error.code not in _BUSY:
                raise _RefusedError(error.code, words) from None
            if number == _RETRIES:
                raise OSError(f"HTTP {error.code}: {words}") from None
            wait = error.headers.get("retry-after", "")
            time.sleep(
                min(
                    float(wait) if wait.isdigit() else pause * 2**number,
                    max(0, deadline - time.monotonic()),
                )
            )
    raise OSError("no answer")


def _call_cancellably(call: Any, order: Order) -> dict[str, Any] | None:
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
