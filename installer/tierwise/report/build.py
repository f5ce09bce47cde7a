"""``build_report``: one window of records and ledger rows to everything that a report says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from tierwise.domain.ladder import Ladder, ladder_of
from tierwise.domain.table_shape import Table
from tierwise.pricing.prices import Prices
from tierwise.report.budget import read_dollars
from tierwise.report.cascade import Cascade, read_cascade
from tierwise.report.counterfactual import Baseline, baselines
from tierwise.report.efficiency import (
    Efficiency,
    measure_efficiency,
    read_flags,
    tasks_of,
)
from tierwise.report.findings import find_all
from tierwise.report.findings.finding import Case, CostFinding
from tierwise.report.landmarks import Landmarks, OwnCommit
from tierwise.report.reconcile import Gap, reconcile_bills
from tierwise.report.routed_turns import (
    RoutedTurns,
    sum_routed_turns,
)
from tierwise.report.rows import UNKNOWN, Row, enrich_records
from tierwise.report.totals import (
    Group,
    Total,
    add_up,
    group,
    median,
    sum_costs,
)
from tierwise.report.turn_ends import TurnEnds
from tierwise.report.window import Window
from tierwise.transcripts.records import Coverage, Usage

WEEK = 7
"""Days that are compared with as many before them."""


class Weeks(msgspec.Struct, frozen=True):
    """The last seven days, today included, and the seven before them: US dollars."""

    last: Decimal
    before: Decimal

    @property
    def change(self) -> float | None:
        """Return the change as a share of the days before; None where they cost nothing."""
        if not self.before:
            return None
        return float(self.last / self.before - 1)


class Before(msgspec.Struct, frozen=True):
    """As long a window, right before the report's: what its calls cost in US dollars."""

    cost: Decimal
    length: timedelta


class Sights(msgspec.Struct, frozen=True):
    """What is found for the views that show it, and for no other."""

    commits: Mapping[tuple[str, str], Sequence[OwnCommit]] = {}
    """The user's own, by folder and branch."""
    first_words: Mapping[str, str] = {}
    """What a session began with, by its id; none where the policy does not let prompts be shown."""
    outcomes: Mapping[str, Any] = {}
    """How the decisions ended, as the document has it; empty where none is recorded."""
    outcomes_words: str = ""
    """The same in a line for the screen."""
    before: Before | None = None
    """None where the report's window begins nowhere."""


NOTHING_SEEN = Sights()


class Report(msgspec.Struct, frozen=True, dict=True):
    """One window, counted.  ``rows`` are the calls themselves, for further views."""

    window: Window
    rows: Sequence[Row]
    ladder: Ladder
    total: Total
    sessions: list[Group]
    """The most expensive first."""
    days: list[str]
    """The days with calls, in order: on one machine the developer-days."""
    target: Decimal | None
    """The policy's target for a developer-day, US dollars."""
    coverage: Coverage
    gaps: list[Gap]
    """Sessions with a bill of their own beside their calls; only of a report without a window."""
    baselines: list[Baseline]
    efficiency: Efficiency
    cascade: Cascade
    findings: list[CostFinding]
    prices: str
    """The version of the prices."""
    weeks: Weeks | None = None
    """None where the window does not hold both weeks."""
    routed_turns: RoutedTurns = msgspec.field(default_factory=RoutedTurns)
    sights: Sights = NOTHING_SEEN

    def view(self, by: str) -> list[Group]:
        """Return the rows grouped by one of ``totals.KEYS``."""
        return group(self.rows, by)

    @cached_property
    def mean(self) -> Decimal | None:
        """US dollars per session."""
        if not self.sessions:
            return None
        return self.total.cost / len(self.sessions)

    @cached_property
    def median(self) -> Decimal | None:
        """US dollars of the middle session."""
        return median([session.total.cost for session in self.sessions])

    @cached_property
    def per_day(self) -> Decimal | None:
        """US dollars per developer-day."""
        if not self.days:
            return None
        return self.total.cost / len(self.days)


def build_report(
    usage: Usage,
    ledger_rows: Sequence[Mapping[str, Any]],
    table: Table,
    prices: Prices,
    window: Window,
    today: date | None = None,
    sights: Sights = NOTHING_SEEN,
) -> Report:
    """Return everything a report says.  Pure: the same input gives the same report.

    ``today``, in the window's zone, ends the week that is compared with the one before; None compares none.
    ``sights`` are what only some views show.  ``ledger_rows`` may be older than the window; ``table`` is the compiled policy.
    """
    landmarks = Landmarks(usage.pull_requests, sights.commits)
    case = _make_case(
        usage,
        ledger_rows,
        table,
        prices,
        window,
        landmarks,
    )
    rows = case.rows
    ladder = case.ladder
    gaps = []
    if window.since is None and window.until is None:
        gaps = reconcile_bills(usage, prices)
    return Report(
        window=window,
        rows=rows,
        ladder=ladder,
        total=add_up(rows),
        sessions=group(rows, "session"),
        days=sorted({row.day for row in rows} - {UNKNOWN}),
        target=read_dollars(table, "target_per_developer_day"),
        coverage=usage.coverage,
        gaps=gaps,
        baselines=baselines(rows, ladder, table, prices, TurnEnds(ledger_rows)),
        efficiency=measure_efficiency(case.tasks, case.flags, ladder),
        cascade=case.cascade,
        findings=find_all(case),
        prices=prices.version,
        weeks=_compare_weeks(rows, window, today),
        routed_turns=sum_routed_turns(case.ledger_rows),
        sights=sights,
    )


def _make_case(
    usage: Usage,
    ledger_rows: Sequence[Mapping[str, Any]],
    table: Table,
    prices: Prices,
    window: Window,
    landmarks: Landmarks,
) -> Case:
    ladder = ladder_of(table)
    rows = enrich_records(
        usage.records, ledger_rows, ladder, prices, window.zone, landmarks=landmarks
    )
    inside = [row for row in ledger_rows if window.holds(row.get("time"))]
    sessions = {row.record.session for row in rows}
    return Case(
        rows=rows,
        tasks=tasks_of(rows, ladder, table),
        ledger_rows=inside,
        table=table,
        ladder=ladder,
        prices=prices,
        cascade=read_cascade(inside, ladder, prices, sessions),
        flags=read_flags(ledger_rows),
    )


def _compare_weeks(
    rows: Sequence[Row],
    window: Window,
    today: date | None,
) -> Weeks | None:
    """Return the last week and the one before; None where the window or the history begins later, or ends before."""
    if today is None or window.until is not None:
        return None
    first = today - timedelta(days=2 * WEEK - 1)
    if window.since is not None and window.since.date() > first:
        return None
    earliest = min((row.day for row in rows if row.day != UNKNOWN), default="")
    if not earliest or earliest > first.isoformat():
        return None
    return Weeks(
        last=_sum_week(rows, first + timedelta(days=WEEK)),
        before=_sum_week(rows, first),
    )


def _sum_week(rows: Sequence[Row], first_day: date) -> Decimal:
    """Return what the seven days from one on cost."""
    first = first_day.isoformat()
    last = (first_day + timedelta(days=WEEK - 1)).isoformat()
    return sum_costs(row for row in rows if first <= row.day <= last)
