"""Attempts by the Message Batches API, for work that can wait: half the price, minutes to a day.

The batch's id is on disk before anything waits for it, so that a killed run is taken up by the next one that asks
the same: nothing is paid for twice.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

from tierwise import ledger, repo
from tierwise.files import read_bytes, write_atomic
from tierwise.route.cascade.engines.api import RETRIES, finish, request_body, require_credentials
from tierwise.route.cascade.engines.claude import Price
from tierwise.route.cascade.model import Answer, AnswerStop, Engine, Order, Say
from tierwise.table import sha256

# Batches cost half the list price (the provider's batch documentation).
BATCH_PRICE = 0.5
_LONGEST_POLL = 60.0


def batch_engine(price: Price, root: str, *, poll: float = 5.0, base_url: str | None = None) -> Engine:
    """An engine that submits, waits and fetches.  ``poll``: seconds before the first look, growing to a minute.

    Raises TierwiseError where the SDK finds no credentials.
    """
    import anthropic

    require_credentials()

    def attempt(order: Order, say: Say) -> Answer:
        body = request_body(order, lambda model, usage: _half(price, model, usage))
        if body is None:
            return Answer("", "budget", 0.0, "priced", "the budget does not cover the shortest answer")
        try:
            client = anthropic.Anthropic(base_url=base_url, max_retries=RETRIES)
            return _collect(client, body, order, price, root, poll, say)
        except anthropic.APIStatusError as error:
            stop: AnswerStop = "refused" if error.status_code in (400, 401, 403, 404) else "unavailable"
            return Answer("", stop, 0.0, "priced", f"HTTP {error.status_code}: {error.message}"[:300])
        except (anthropic.AnthropicError, OSError) as error:
            return Answer("", "unavailable", 0.0, "priced", f"{type(error).__name__}: {error}"[:300])

    return attempt


def _collect(client: Any, body: dict[str, Any], order: Order, price: Price, root: str, poll: float, say: Say) -> Answer:
    # What is asked, not how much may be spent on it: a rerun with less budget left asks the same.
    asked = json.dumps({key: value for key, value in body.items() if key != "max_tokens"}, sort_keys=True)
    ticket = repo.local(root, "batches", f"{sha256(asked.encode())[:32]}.json")
    batch = _taken_up(client, ticket, say)
    if batch is None:
        request = {"custom_id": order.session, "params": body}
        batch = client.messages.batches.create(requests=[request]).id
        _remember(root, ticket, batch)
        say(f"  batch {batch} submitted; it goes on without us, the same command takes it up again")
    while True:
        state = client.messages.batches.retrieve(batch)
        if state.processing_status == "ended":
            break
        if order.cancel.wait(poll):
            return Answer("", "cancelled", 0.0, "lower-bound", f"batch {batch} goes on")
        poll = min(poll * 1.5, _LONGEST_POLL)
    entry = next(iter(client.messages.batches.results(batch)))
    os.unlink(ticket)
    if entry.result.type != "succeeded":
        return Answer("", "unavailable", 0.0, "priced", f"batch {batch}: {entry.result.type}")
    return finish(entry.result.message, order, price, BATCH_PRICE)


def _taken_up(client: Any, ticket: str, say: Say) -> str | None:
    """An unfinished batch that asks the same, if the API still knows it."""
    data = read_bytes(ticket)
    if data is None:
        return None
    import anthropic

    batch = str(json.loads(data)["batch"])
    try:
        client.messages.batches.retrieve(batch)
    except anthropic.NotFoundError:
        return None
    say(f"  batch {batch} taken up again")
    return batch


def _remember(root: str, ticket: str, batch: str) -> None:
    ledger.make_folder(repo.local(root))
    os.makedirs(os.path.dirname(ticket), exist_ok=True)
    write_atomic(ticket, json.dumps({"batch": batch, "since": time.time()}).encode())


def _half(price: Price, model: str, usage: Any) -> float | None:
    cost = price(model, usage)
    return None if cost is None else cost * BATCH_PRICE
