"""Usage records joined with the ledger and priced: what every view of a report is made of.

Calls that no view can tell apart are one row from the start: a gigabyte of transcripts has tens of thousands of calls
and some thousand rows, and all that follows takes its time by the row.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from tierwise.domain.ladder import Ladder
from tierwise.domain.ledger_rows import (
    DecisionEntry,
    RawRow,
    read_attempts,
)
from tierwise.pricing.prices import (
    PricedCalls,
    Prices,
    price_all,
    sum_up,
)
from tierwise.report.decisions import Decisions, read_decisions
from tierwise.report.landmarks import NONE, Landmarks
from tierwise.report.repositories import find_repository
from tierwise.transcripts.records import UsageRecord

MAIN_DOMAIN = "main"
"""The kind of work of the main conversation: its turns are of many kinds, and nobody decided them."""

UNKNOWN = "unknown"
"""What stands for a name that neither transcript nor ledger has."""

NO_EFFORT = "none"
"""What stands for the effort of models that have none."""

NO_LANDMARKS = Landmarks()
_TO_NOTHING = (NONE, NONE)

_QUARTER = 900_000
"""Milliseconds in a quarter of an hour: no zone's day begins in the middle of one."""


class Row(NamedTuple):
    """Calls that no view can tell apart, with everything that a view may group by."""

    record: UsageRecord
    """The first of them: what it says of itself, its counts and time aside, holds for all."""
    calls: PricedCalls
    messages: int
    """How many count as a message: each the first call of its ``message.id``."""
    cost: Decimal | None
    """US dollars; None where nothing of it has a price."""
    unpriced_tokens: int
    tier: str
    """The tier that it ran on."""
    domain: str
    """The kind of work."""
    day: str
    """YYYY-MM-DD in the report's zone."""
    decision: DecisionEntry | None
    """What the ledger knows to stand behind it."""
    project: str
    """The repository that it was made for, see :mod:`tierwise.report.repositories`."""
    pull_request: str = NONE
    commit: str = NONE

    @property
    def task(self) -> set[str]:
        """What tells a subagent's task from others: its agent's id; without one every call is a task."""
        if self.record.agent_id:
            return {self.record.agent_id}
        return {call.message_id for call in self.calls.records}


def find_height(row: Row, ladder: Ladder) -> int | None:
    """Return the rank of the tier that a row ran on; None where it is off the ladder."""
    record = row.record
    return ladder.height(record.model, record.effort, row.tier)


def enrich_records(
    records: Sequence[UsageRecord],
    ledger_rows: Sequence[RawRow],
    ladder: Ladder,
    prices: Prices,
    zone: tzinfo | None = None,
    *,
    one_by_one: bool = False,
    landmarks: Landmarks = NO_LANDMARKS,
) -> list[Row]:
    """Return rows in order of their first call.  ``zone`` None means the machine's own; ``one_by_one``: a row a call."""
    decisions = read_decisions(ledger_rows)
    attempts = find_attempts(ledger_rows)
    followers = _list_followers(records)
    repositories: dict[str, str] = {}
    rows = []
    for day, led_to, found in _group_alike(records, prices, zone, one_by_one, landmarks):
        record = found[0]
        decision = _find_decision(record, decisions, attempts)
        decided = ""
        if decision is not None:
            decided = decision.tier
        folder = record.project
        if folder not in repositories:
            repositories[folder] = UNKNOWN
            if folder:
                repositories[folder] = find_repository(folder)
        calls = sum_up(found)
        paid = price_all(calls, prices)
        rows.append(
            Row(
                record,
                calls,
                _count_messages(found, followers),
                paid.cost,
                paid.unpriced_tokens,
                ladder.tier_of(record.model, record.effort, decided),
                _find_domain(record, decision),
                day,
                decision,
                repositories[folder],
                *led_to,
            )
        )
    return rows


_COMMON = attrgetter(
    "session",
    "agent_id",
    "tool_use_id",
    "agent",
    "is_main",
    "model",
    "effort",
    "fast",
    "geo",
    "kind",
    "project",
    "branch",
)
"""What calls must have in common, with their day, to be one row."""


def _group_alike(
    records: Sequence[UsageRecord],
    prices: Prices,
    zone: tzinfo | None,
    one_by_one: bool,
    landmarks: Landmarks,
) -> Iterable[tuple[str, tuple[str, str], list[UsageRecord]]]:
    """Return the calls of each row, with its day and what it led to, in order of their first."""
    is_plain = landmarks == NO_LANDMARKS
    days: dict[int, str] = {}
    found: dict[tuple[Any, ...], list[UsageRecord]] = {}
    alone: dict[tuple[str, bool], bool] = {}
    for record in records:
        quarter = record.timestamp // _QUARTER
        day = days.get(quarter)
        if day is None:
            day = days[quarter] = day_of(
                quarter * _QUARTER,
                zone,
            )
        led_to = _TO_NOTHING
        if not is_plain:
            led_to = landmarks.find_led_to(record)
        key = (day, led_to, *_COMMON(record))
        there = found.get(key)
        if there is None:
            kind = (record.model, record.fast)
            if kind not in alone:
                # Where only some classes of tokens have a price, calls with one and calls without must not mix.
                alone[kind] = one_by_one or prices.has_gaps(*kind)
            if alone[kind]:
                key = (*key, len(found))
            found[key] = [record]
        else:
            there.append(record)
    return [(key[0], key[1], calls) for key, calls in found.items()]


def _list_followers(records: Sequence[UsageRecord]) -> set[str]:
    """Return the ids of calls that do not count as a message: made inside one (``ID#...``), or after one that was."""
    inside = {name.partition("#")[0] for record in records if "#" in (name := record.message_id)}
    followers: set[str] = set()
    led: set[str] = set()
    if not inside:
        return followers
    for record in records:
        message = record.message_id.partition("#")[0]
        if message in led:
            followers.add(record.message_id)
        elif message in inside:
            led.add(message)
    return followers


def _count_messages(
    calls: Sequence[UsageRecord],
    followers: set[str],
) -> int:
    if not followers:
        return len(calls)
    return sum(call.message_id not in followers for call in calls)


def find_attempts(ledger_rows: Iterable[RawRow]) -> dict[str, DecisionEntry]:
    """Return the cascade's attempts by the session that did the work."""
    return {
        attempt.session: DecisionEntry(attempt.tier, attempt.kind, run=attempt.run)
        for attempt in read_attempts(ledger_rows)
        if attempt.session
    }


def name_task(record: UsageRecord) -> str:
    """Return what tells a subagent's task from others of its session; empty for the main conversation's."""
    if record.is_main:
        return ""
    return record.agent_id or record.tool_use_id


def day_of(timestamp: int, zone: tzinfo | None) -> str:
    """Return the calendar day of a moment (milliseconds since 1970); ``unknown`` for a record without a time."""
    if timestamp <= 0:
        return UNKNOWN
    if zone is None:
        return time.strftime(
            "%Y-%m-%d",
            time.localtime(timestamp / 1000),
        )
    return datetime.fromtimestamp(timestamp / 1000, zone).strftime("%Y-%m-%d")


def _find_decision(
    record: UsageRecord, decisions: Decisions, attempts: Mapping[str, DecisionEntry]
) -> DecisionEntry | None:
    if record.is_main:
        return attempts.get(record.session)
    return decisions.of(record)


def _find_domain(
    record: UsageRecord,
    decision: DecisionEntry | None,
) -> str:
    if decision:
        return decision.kind or UNKNOWN
    if record.is_main:
        return MAIN_DOMAIN
    return UNKNOWN
