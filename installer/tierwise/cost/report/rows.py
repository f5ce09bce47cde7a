"""Usage records joined with the ledger and priced: what every view of a report is made of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from tierwise.cost.decisions import Decisions, read_decisions
from tierwise.cost.prices import Prices, price
from tierwise.cost.records import UsageRecord
from tierwise.cost.report.ladder import Ladder

MAIN_DOMAIN = "main"
"""The kind of work of the main conversation: its turns are of many kinds, and nobody decided them."""

UNKNOWN = "unknown"
"""What stands for a name that neither transcript nor ledger has."""

NO_EFFORT = "none"
"""What stands for the effort of models that have none."""

_QUARTER = 900_000
"""Milliseconds in a quarter of an hour: no zone's day begins in the middle of one."""


class Row(NamedTuple):
    """One call with everything that a view may group by."""

    record: UsageRecord
    cost: Decimal | None
    """US dollars; None where nothing of it has a price."""
    unpriced_tokens: int
    tier: str
    """The rung that it ran on."""
    domain: str
    """The kind of work."""
    day: str
    """YYYY-MM-DD in the report's zone."""
    decision: Mapping[str, Any] | None
    """The ledger's row behind it."""
    leads: bool
    """Whether it counts as a message: the first call of its ``message.id``."""


def enrich(
    records: Sequence[UsageRecord],
    ledger_rows: Sequence[Mapping[str, Any]],
    ladder: Ladder,
    prices: Prices,
    zone: tzinfo | None = None,
) -> list[Row]:
    """One row a record, in the same order.  ``zone`` None means the machine's own."""
    decisions = read_decisions(ledger_rows)
    attempts = attempts_by_session(ledger_rows)
    days: dict[int, str] = {}
    seen: set[str] = set()
    rows = []
    for record in records:
        quarter = record.timestamp // _QUARTER
        day = days.get(quarter)
        if day is None:
            day = days[quarter] = day_of(quarter * _QUARTER, zone)
        decision = _behind(record, decisions, attempts)
        decided = str(decision.get("tier") or "") if decision else ""
        message = record.message_id.partition("#")[0]
        paid = price(record, prices)
        rows.append(
            Row(
                record,
                paid.cost,
                paid.unpriced_tokens,
                ladder.tier_of(record.model, record.effort, decided),
                _domain(record, decision),
                day,
                decision,
                message not in seen,
            )
        )
        seen.add(message)
    return rows


def attempts_by_session(ledger_rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The cascade's ``attempt`` rows by the session that did the work."""
    found = {}
    for row in ledger_rows:
        if row.get("row") == "attempt" and row.get("session"):
            found[str(row["session"])] = row
    return found


def day_of(timestamp: int, zone: tzinfo | None) -> str:
    """The calendar day of a moment (milliseconds since 1970); ``unknown`` for a record without a time."""
    if timestamp <= 0:
        return UNKNOWN
    if zone is None:
        return time.strftime("%Y-%m-%d", time.localtime(timestamp / 1000))
    return datetime.fromtimestamp(timestamp / 1000, zone).strftime("%Y-%m-%d")


def _behind(
    record: UsageRecord, decisions: Decisions, attempts: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    return attempts.get(record.session) if record.is_main else decisions.of(record)


def _domain(record: UsageRecord, decision: Mapping[str, Any] | None) -> str:
    if decision:
        return str(decision.get("kind") or UNKNOWN)
    return MAIN_DOMAIN if record.is_main else UNKNOWN
