"""Attempts by the Messages API through the anthropic SDK.  The only modules that import it are this and ``batch``.

The stable part of the prompt is sent as a cached system block, so that the next attempt and the next task of the
same kind read it from the cache.  An order's time limit holds for all tries together.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from tierwise.cascade.answers import (
    AnswerError,
    describe_system,
    write_answer,
)
from tierwise.cascade.engines.pricing import (
    TOO_LITTLE,
    Price,
    affordable_tokens,
    name_source,
)
from tierwise.cascade.engines.retries import find_wait
from tierwise.cascade.handoff import count_tokens
from tierwise.cascade.model import (
    Answer,
    AnswerStop,
    Engine,
    Order,
    Say,
)
from tierwise.domain import models
from tierwise.errors import TierwiseError

_SECONDS_BETWEEN_NEWS = 2  # between two lines that tell how long the answer is by now
_LEAST_SECONDS = 1.0  # of a try's own time limit
_TAKEN = "another result was taken"
MAX_TOKENS = 8192
_TOO_LARGE = 413  # HTTP: Payload Too Large
_DETAIL = 300  # characters of an error's text
# HTTP statuses that another request to the same endpoint would meet again, and those of this model alone.
_REFUSED_FOR_ALL = (401, 403)
_REFUSED = (400, 404)


def api_engine(
    price: Price,
    *,
    base_url: str | None = None,
) -> Engine:
    """Return an engine that streams one answer.  Raises TierwiseError where the SDK finds no credentials."""
    import anthropic

    require_credentials()

    def attempt(order: Order, say: Say) -> Answer:
        body = request_body(order, price)
        if body is None:
            return Answer.empty("budget", TOO_LITTLE)
        end = time.monotonic() + order.seconds
        for tries in count(1):
            client = anthropic.Anthropic(
                base_url=base_url,
                max_retries=0,
                timeout=max(_LEAST_SECONDS, end - time.monotonic()),
            )
            try:
                return _stream_message(
                    client,
                    body,
                    order,
                    price,
                    say,
                    end,
                )
            except Exception as error:  # within a stream the SDK passes on its HTTP library's own
                answer = _read_error(error, order.seconds)
                wait = find_wait(error, tries)
            if wait is None or time.monotonic() + wait >= end:
                break
            if order.cancel.wait(wait):
                return Answer.empty("cancelled", _TAKEN)
        return answer

    return attempt


def _read_error(error: Exception, seconds: float) -> Answer:
    """Return what an error of the SDK or of its HTTP library means for an attempt."""
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        return answer_of(error)
    detail = f"{type(error).__name__}: {error}"[:_DETAIL]
    if isinstance(error, anthropic.APITimeoutError):
        detail = f"no answer within {seconds:g} s"
    return Answer.empty(
        "unavailable",
        detail,
        is_exact=False,
    )


def answer_of(error: Any) -> Answer:
    """Return what an error status of the API means for an attempt."""
    code = error.status_code
    stop: AnswerStop = "unavailable"
    if code == _TOO_LARGE or "prompt is too long" in str(error.message):
        stop = "too-long"
    elif code in (*_REFUSED_FOR_ALL, *_REFUSED):
        stop = "refused"
    detail = f"HTTP {code}: {error.message}"[:_DETAIL]
    is_refused_for_all = code in _REFUSED_FOR_ALL
    return Answer.empty(
        stop,
        detail,
        for_all=is_refused_for_all,
    )


def require_credentials() -> None:
    """Raise TierwiseError where the SDK would find no credentials: it says so only in the middle of a call."""
    import anthropic

    client = anthropic.Anthropic()
    if not client.auth_headers and client.custom_auth is None:
        raise TierwiseError(
            "there are no credentials for the Messages API",
            place="the engine api",
            remedy="Set ANTHROPIC_API_KEY, or install Claude Code for the engine claude.",
        )


def request_body(
    order: Order,
    price: Price,
) -> dict[str, Any] | None:
    """Return the request, with as many output tokens as the budget can pay for; None when it can pay for none."""
    model = models.full_id(order.spec.model)
    system = describe_system(order)
    cached = {
        "type": "text",
        "text": system,
        "cache_control": {"type": "ephemeral"},
    }
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "system": [cached],
        "messages": [{"role": "user", "content": order.prompt}],
    }
    facts = models.find_entry(model) or {}
    if order.spec.effort and "effort_cost_index" in facts:
        body["output_config"] = {"effort": order.spec.effort}
    # The whole prompt priced as a cache write: the most that it can be billed for.
    size = count_tokens(system) + count_tokens(order.prompt)
    prompt = {"cache_creation_input_tokens": size}
    tokens = affordable_tokens(
        price,
        model,
        order.max_usd,
        prompt,
        MAX_TOKENS,
    )
    if tokens is None:
        return None
    body["max_tokens"] = tokens
    return body


def finish(
    message: Any,
    order: Order,
    price: Price,
    max_tokens: int,
    factor: float = 1.0,
) -> Answer:
    """Return an answer out of a message; ``max_tokens``: its limit; ``factor``: the share of the list price that it costs."""
    texts = [block.text for block in message.content if block.type == "text"]
    text = "".join(texts)
    usage = message.usage.model_dump(exclude_none=True)
    counts = {key: value for key, value in usage.items() if isinstance(value, int)}
    cost = price(message.model, usage)
    stop, detail = _stop_of(message, max_tokens)
    if order.edits and stop == "done":
        try:
            write_answer(text, order.folder)
        except AnswerError as error:
            stop, detail = "malformed", str(error)
    return Answer(
        text=text,
        stop=stop,
        cost_usd=(cost or 0.0) * factor,
        cost_source=name_source(cost),
        detail=detail,
        tokens=counts,
        model=message.model,
        session=order.session,
    )


def _stop_of(
    message: Any,
    max_tokens: int,
) -> tuple[AnswerStop, str]:
    """Return how a message ended, and in words what was wrong with it.  Half an answer is never taken for one."""
    if message.stop_reason is None:
        return "unavailable", "the stream broke off before the answer's end"
    if message.stop_reason == "refusal":
        return "refused", "the model refused the task"
    if message.stop_reason != "max_tokens":
        return "done", ""
    cut_off = f"the answer was cut off at {max_tokens} tokens"
    if max_tokens < MAX_TOKENS:
        return "budget", f"{cut_off}, all that the budget could pay"
    return "truncated", cut_off


def _stream_message(
    client: Any,
    body: Mapping[str, Any],
    order: Order,
    price: Price,
    say: Say,
    end: float,
) -> Answer:
    """Stream one message until ``end``, a moment of the monotonic clock."""
    said = time.monotonic()
    size = 0
    with client.messages.stream(**body) as stream:

        def cut_off(stop: AnswerStop, detail: str) -> Answer:
            return _cut_off(stop, detail, stream, body, price)

        try:
            for piece in stream.text_stream:
                size += len(piece)
                if order.cancel.is_set():
                    return cut_off("cancelled", _TAKEN)
                if time.monotonic() > end:
                    return cut_off(
                        "timeout",
                        f"no end within {order.seconds:g} s",
                    )
                if time.monotonic() - said > _SECONDS_BETWEEN_NEWS:
                    said = time.monotonic()
                    say(f"  {size} characters so far")
        except KeyboardInterrupt:
            return cut_off("interrupted", "stopped by you")
        message = stream.get_final_message()
        return finish(message, order, price, body["max_tokens"])


def _cut_off(
    stop: AnswerStop,
    detail: str,
    stream: Any,
    body: Mapping[str, Any],
    price: Price,
) -> Answer:
    usage = stream.current_message_snapshot.usage.model_dump(exclude_none=True)
    cost = price(str(body["model"]), usage)
    return Answer.empty(
        stop,
        detail,
        cost_usd=cost or 0.0,
        is_exact=False,
    )
