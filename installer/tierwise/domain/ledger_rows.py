"""The shapes of the ledger's rows that more than one package reads; docs/ledger.md says what each key means.

A row is written by some version of Tierwise, perhaps an old one, and read by this one: every key may be absent.
Readers take typed values from here instead of asking a mapping for its keys.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple, TypedDict

from tierwise.loose import as_count, as_mapping


class AskRow(TypedDict, total=False):
    """A small model was asked for the kind of work of an unclear task (`routing.ask`)."""

    row: Literal["ask"]
    time: str
    task: str
    """The keyed hash of what the model was shown."""
    session_id: str
    where: str
    """``spawn``, ``turn``, ``run`` or ``route``."""
    kind: str
    """What it named; empty for none of the kinds."""
    local_kind: str
    local_tier: str
    confidence: float
    """The local reading's."""
    model: str
    ms: int
    usd: float
    """What it cost, or the reserved estimate where the client does not tell."""
    fault: str
    """Why there was no answer; empty where there was one."""


UNKNOWN = "unknown"
"""What stands for a name that a row does not have."""

RawRow = Mapping[str, object]
"""A row as it was read: JSON of any kind."""


class DecisionEntry(NamedTuple):
    """What stands behind a call: a spawn's decision, or the attempt of the cascade that made it."""

    tier: str
    kind: str
    effort: str = ""
    mode: str = ""
    """``enforce``, ``advise`` or ``shadow``; empty for an attempt."""
    run: str = ""
    """The cascade's, for an attempt."""
    has_override: bool = False
    """Whether somebody asked for another tier or model."""
    is_overruled: bool = False
    """Whether they got it."""


class TokenCounts(NamedTuple):
    """The API's counters, as an engine of the cascade adds them up."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0

    @property
    def has_any(self) -> bool:
        """Whether anything was counted."""
        return self != TokenCounts()


class AttemptEntry(NamedTuple):
    """One try of the cascade at one tier."""

    run: str
    session: str
    """The client's, where the attempt was one of its sessions; else empty."""
    kind: str
    tier: str
    model: str
    stop: str
    """Why it ended."""
    is_accepted: bool
    cost: Decimal
    """US dollars, judges included; 0 where the row names none."""
    tokens: TokenCounts


class PlanCost(NamedTuple):
    """What the plan of a run cost, in US dollars: the top tier was asked for it before the first attempt."""

    run: str
    kind: str
    cost: Decimal


class Judgement(NamedTuple):
    """A person's word on a subagent, a session (no ``task``), or a run of the cascade (``run``)."""

    flag: str
    session: str
    task: str
    run: str


def read_decision(row: RawRow) -> DecisionEntry:
    """Return what a ``decision`` row says."""
    override = row.get("override")
    return DecisionEntry(
        tier=read_text(row, "tier"),
        kind=read_text(row, "kind"),
        effort=read_text(row, "effort"),
        mode=read_text(row, "mode"),
        has_override=bool(override),
        is_overruled=isinstance(override, Mapping) and bool(override.get("kept")),
    )


def read_attempts(rows: Iterable[RawRow]) -> list[AttemptEntry]:
    """Return the attempts among the ledger's rows, in their order."""
    return [_read_attempt(row) for row in rows if row.get("row") == "attempt"]


def read_plan_costs(rows: Iterable[RawRow]) -> list[PlanCost]:
    """Return what plans cost, from the ledger's rows, in their order."""
    return [
        PlanCost(
            run=read_text(row, "run"),
            kind=read_text(row, "kind") or UNKNOWN,
            cost=_read_dollars(row.get("cost_usd")),
        )
        for row in rows
        if row.get("row") == "plan"
    ]


def read_judgements(rows: Iterable[RawRow]) -> list[Judgement]:
    """Return the judgements among the ledger's rows, in their order."""
    return [
        Judgement(
            flag=read_text(row, "flag"),
            session=read_text(row, "session_id"),
            task=read_text(row, "agent_id") or read_text(row, "tool_use_id"),
            run=read_text(row, "run"),
        )
        for row in rows
        if row.get("row") == "flag" and row.get("flag")
    ]


def read_text(row: RawRow, key: str) -> str:
    """Return a row's text; empty where it has none."""
    return str(row.get(key) or "")


def read_amount(value: object) -> float | None:
    """Return a finite number that is not negative; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        amount = float(value)
    except OverflowError:  # an integer of many digits
        return None
    if not math.isfinite(amount) or amount < 0:
        return None
    return amount


def _read_attempt(row: RawRow) -> AttemptEntry:
    return AttemptEntry(
        run=read_text(row, "run"),
        session=read_text(row, "session"),
        kind=read_text(row, "kind") or UNKNOWN,
        tier=read_text(row, "tier") or UNKNOWN,
        model=read_text(row, "model"),
        stop=read_text(row, "stop"),
        is_accepted=bool(row.get("accepted")),
        cost=_read_dollars(row.get("cost_usd")),
        tokens=_read_tokens(row.get("tokens")),
    )


def _read_dollars(value: object) -> Decimal:
    try:
        dollars = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    if not dollars.is_finite():
        return Decimal(0)
    return dollars


def _read_tokens(value: object) -> TokenCounts:
    counts = as_mapping(value)
    return TokenCounts(*(as_count(counts.get(name)) for name in TokenCounts._fields))
