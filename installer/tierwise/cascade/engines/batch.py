"""Attempts by the Message Batches API, for work that can wait: half the price, minutes to a day.

What is asked is on disk before it is submitted, and the batch's id before anything waits for it, so that a killed run
is taken up by the next one that asks the same: nothing is paid for twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from tierwise import fastjson, local_state
from tierwise.cascade.engines.api import (
    answer_of,
    finish,
    request_body,
    require_credentials,
)
from tierwise.cascade.engines.pricing import TOO_LITTLE, Price
from tierwise.cascade.model import (
    Answer,
    Engine,
    Order,
    Say,
)
from tierwise.digests import hash_sha256

# Batches cost half the list price (the provider's batch documentation).
BATCH_PRICE = 0.5
_FOLDER = "batches"
_LONGEST_POLL = 60.0
_DIGITS = 32  # of a digest, in a ticket's name
_DETAIL = 300  # characters of an error's text
_RETRIES = 4
_CLOCKS = 300.0  # seconds that our clock and the API's may differ


class Ticket:
    """What was asked of the API and not fetched yet, in a file of local state."""

    def __init__(
        self,
        root: str,
        name: str,
    ) -> None:
        self._root = root
        self._name = name

    def read(self) -> dict[str, Any]:
        """Return what the ticket says; empty where there is none."""
        data = local_state.read(self._root, _FOLDER, self._name)
        return fastjson.read_object(data)

    def write(self, note: Mapping[str, Any]) -> None:
        """Keep the ticket.  Raises OSError."""
        local_state.write(
            self._root,
            _FOLDER,
            self._name,
            data=json.dumps(note).encode(),
        )

    def forget(self) -> None:
        """Drop it, and what a run that was killed while writing it left beside it."""
        with local_state.Folder(self._root, _FOLDER) as folder:
            for name in folder.names():
                if name == self._name or name.startswith(f".{self._name}."):
                    folder.remove(name)


def batch_engine(
    price: Price,
    root: str,
    *,
    poll: float = 5.0,
    base_url: str | None = None,
) -> Engine:
    """Return an engine that submits, waits and fetches.  ``poll``: seconds before the first look, growing to a minute.

    Raises TierwiseError where the SDK finds no credentials.
    """
    import anthropic

    require_credentials()

    def attempt(order: Order, say: Say) -> Answer:
        body = request_body(
            order,
            lambda model, usage: _halve_price(price, model, usage),
        )
        if body is None:
            return Answer.empty("budget", TOO_LITTLE)
        try:
            client = anthropic.Anthropic(
                base_url=base_url,
                max_retries=_RETRIES,
            )
            return _collect_result(
                client,
                body,
                order,
                price,
                root,
                poll,
                say,
            )
        except anthropic.APIStatusError as error:
            return answer_of(error)
        except Exception as error:  # the SDK's HTTP library has names of its own
            detail = f"{type(error).__name__}: {error}"[:_DETAIL]
            return Answer.empty("unavailable", detail)

    return attempt


def _collect_result(
    client: Any,
    body: Mapping[str, Any],
    order: Order,
    price: Price,
    root: str,
    poll: float,
    say: Say,
) -> Answer:
    # What is asked, not how much may be spent on it: a rerun with less budget left asks the same.
    asked = {key: value for key, value in body.items() if key != "max_tokens"}
    digest = hash_sha256(json.dumps(asked, sort_keys=True).encode())
    ticket = Ticket(root, f"{digest[:_DIGITS]}.json")
    wait = _Pauses(order, poll)
    batch = _taken_up(client, ticket, wait, say)
    if batch is None:
        batch = _submit_batch(client, body, order, ticket, say)
    state = wait.until_ended(client, batch)
    if state is None:
        return Answer.empty(
            "cancelled",
            f"batch {batch} goes on",
            is_exact=False,
        )
    entry = next(iter(client.messages.batches.results(batch)))
    ticket.forget()
    if entry.result.type != "succeeded":
        return Answer.empty(
            "unavailable",
            f"batch {batch}: {entry.result.type}",
        )
    return finish(
        entry.result.message,
        order,
        price,
        body["max_tokens"],
        BATCH_PRICE,
    )


class _Pauses:
    """Looks at a batch with growing pauses between."""

    def __init__(
        self,
        order: Order,
        first: float,
    ) -> None:
        self.cancel = order.cancel
        self.pause = first

    def until_ended(
        self,
        client: Any,
        batch: str,
    ) -> Any:
        """Return the state of a batch that has ended; None where the attempt was cancelled before."""
        while True:
            state = client.messages.batches.retrieve(batch)
            if state.processing_status == "ended":
                return state
            if self.cancel.wait(self.pause):
                return None
            self.pause = min(self.pause * 1.5, _LONGEST_POLL)


def _submit_batch(
    client: Any,
    body: Mapping[str, Any],
    order: Order,
    ticket: Ticket,
    say: Say,
) -> str:
    import anthropic

    note = {"custom_id": order.session, "since": time.time()}
    ticket.write(note)
    request = {"custom_id": order.session, "params": body}
    try:
        made = client.messages.batches.create(requests=[request])
    except anthropic.APIStatusError:
        ticket.forget()  # refused: there is no batch to look for
        raise
    batch = str(made.id)
    ticket.write({**note, "batch": batch})
    say(f"  batch {batch} submitted; it goes on without us, the same command takes it up again")
    return batch


def _taken_up(
    client: Any,
    ticket: Ticket,
    wait: _Pauses,
    say: Say,
) -> str | None:
    """Return an unfinished batch that asks the same, if the API still knows it."""
    note = ticket.read()
    if not note:
        return None
    import anthropic

    batch = note.get("batch")
    if batch is None:
        batch = _find_batch(client, note, wait, say)
    if batch is None:
        return None
    try:
        client.messages.batches.retrieve(batch)
    except anthropic.NotFoundError:
        return None
    say(f"  batch {batch} taken up again")
    return str(batch)


def _find_batch(
    client: Any,
    note: Mapping[str, Any],
    wait: _Pauses,
    say: Say,
) -> str | None:
    """Return the batch of a run that was killed before it could note the id: the one whose result has the run's mark.

    The API names what a batch asked only with its results, so batches of that time are waited for.
    """
    since = float(note["since"]) - _CLOCKS
    for batch in client.messages.batches.list():
        if batch.created_at.timestamp() < since:
            return None
        say(f"  looking whether batch {batch.id} is that of a run that was killed")
        if wait.until_ended(client, batch.id) is None:
            return None
        results = client.messages.batches.results(batch.id)
        if any(entry.custom_id == note["custom_id"] for entry in results):
            return str(batch.id)
    return None


def _halve_price(
    price: Price,
    model: str,
    usage: Any,
) -> float | None:
    cost = price(model, usage)
    if cost is None:
        return None
    return cost * BATCH_PRICE
