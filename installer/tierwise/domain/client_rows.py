"""The shapes of the ledger's rows about what the client did: agents, sessions, turns, gates inside a session.

Writers fill them, readers take them as they are: a row may come from an old version, so every key may be absent.
docs/ledger.md says what each key means.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class ClientRow(TypedDict, total=False):
    """What all of these rows have.  ``once`` tells a repeated event."""

    time: str
    once: str
    session_id: str
    turn: str


class StartRow(ClientRow, total=False):
    """An agent began."""

    row: Literal["start"]
    agent_id: str
    agent: str


class StopRow(ClientRow, total=False):
    """An agent stopped; the transcript's figures are absent where it does not tell."""

    row: Literal["stop"]
    agent_id: str
    tool_use_id: str
    agent: str
    run: str
    model: str
    effort: str | None
    calls: int
    tokens: dict[str, int]
    transcript: str
    complete: bool


class ServedRow(ClientRow, total=False):
    """The call of an agent came back."""

    row: Literal["served"]
    tool_use_id: str
    agent_id: str | None
    status: str | None
    model: str | None
    total_tokens: int | None
    duration_ms: int | None


class LaunchedRow(ClientRow, total=False):
    """A workflow's call came back with the run that it started."""

    row: Literal["launched"]
    tool_use_id: str
    run: str | None


class SessionRow(ClientRow, total=False):
    """A session began or ended; ``at`` is in seconds since 1970."""

    row: Literal["session"]
    what: Literal["start", "end"]
    source: str
    reason: str
    client: str
    model: str | None
    pid: str
    at: float
    transcript: str


class GateRow(ClientRow, total=False):
    """The gates inside a session judged an agent's work."""

    row: Literal["gate"]
    agent_id: str
    agent: str
    tier: str
    task: str | None
    sent_back: int
    failed: list[str]
    not_run: list[str]
    asks: list[str]
    circular: int
    seconds: float
    changed: bool
    fault: str


class ServedCalls(TypedDict, total=False):
    """The requests of a turn on one model and effort, with the API's four counters."""

    model: str
    effort: str
    calls: int
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int


class TurnRow(ClientRow, total=False):
    """A turn of the main conversation; money in US dollars, null without a list price."""

    row: Literal["turn"]
    client: str
    routing: str
    tier: str | None
    kind: str | None
    reason: str | None
    policy: str
    propensity: float
    answered: dict[str, str]
    """What a model that was asked made of it beside the local reading; absent where none was."""
    label: str
    is_aborted: bool
    fault: str
    calls: int
    served: list[ServedCalls]
    context_tokens: int
    cost_usd: float | None
    own_model: str
    own_usd: list[float | None] | None
