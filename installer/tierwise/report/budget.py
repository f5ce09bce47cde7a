"""Today's spend and that of today's sessions beside the policy's limits."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.table_shape import Table
from tierwise.report.rows import Row
from tierwise.report.totals import (
    float_or_none,
    group,
    sum_costs,
)


class BudgetReport(msgspec.Struct, frozen=True):
    """What was spent, US dollars, and the limits; None where the policy has none."""

    day: str
    spent: Decimal
    unpriced_tokens: int
    per_day: Decimal | None
    sessions: tuple[tuple[str, Decimal], ...]
    """Today's sessions with all that they cost, the most expensive first."""
    per_session: Decimal | None

    @property
    def over_day(self) -> bool:
        """Whether the day's limit is passed."""
        return self.per_day is not None and self.spent > self.per_day

    @property
    def over_sessions(self) -> list[str]:
        """The sessions that passed theirs."""
        limit = self.per_session
        if limit is None:
            return []
        return [name for name, cost in self.sessions if cost > limit]

    @property
    def unknown(self) -> bool:
        """Whether a limit may be passed: some of today's calls have no price."""
        limited = self.per_day is not None or self.per_session is not None
        return limited and self.unpriced_tokens > 0

    @property
    def passed(self) -> bool:
        """Whether any limit is."""
        return self.over_day or bool(self.over_sessions)

    def as_json(self) -> dict[str, Any]:
        """Return what ``tierwise budget --json`` prints."""
        passed = self.over_sessions
        sessions = [
            {"session": name, "spent_usd": float(cost), "passed": name in passed}
            for name, cost in self.sessions
        ]
        return {
            "schema_version": 1,
            "day": self.day,
            "spent_usd": float(self.spent),
            "unpriced_tokens": self.unpriced_tokens,
            "per_day_usd": float_or_none(self.per_day),
            "per_session_usd": float_or_none(self.per_session),
            "sessions": sessions,
            "passed": self.passed,
            "unknown": self.unknown,
        }


def budget_of(
    rows: Iterable[Row], day: str, table: Table, session: str | None = None
) -> BudgetReport:
    """Return the budget on ``day``; ``rows`` must reach back to where its sessions began.  ``session`` looks at one only."""
    every = list(rows)
    of_day = [row for row in every if row.day == day]
    names = {row.record.session for row in of_day}
    if session is not None:
        names &= {session}
    sessions = group(
        (row for row in every if row.record.session in names),
        "session",
    )
    return BudgetReport(
        day=day,
        spent=sum_costs(of_day),
        unpriced_tokens=sum(row.unpriced_tokens for row in of_day),
        per_day=read_dollars(table, "per_day"),
        sessions=tuple((item.key, item.total.cost) for item in sessions),
        per_session=read_dollars(table, "per_session"),
    )


def read_dollars(table: Table, name: str) -> Decimal | None:
    """Return what the policy's ``budget:`` says under a name; None where it says nothing."""
    budget = table.get("budget") or {}
    if budget.get(name) is None:
        return None
    return Decimal(str(budget[name]))
