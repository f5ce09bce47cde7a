"""Today's spend and that of today's sessions beside the policy's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.report.rows import Row
from tierwise.report.totals import group


class Budget(msgspec.Struct, frozen=True):
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
        return [
            name
            for name, cost in self.sessions
            if self.per_session is not None and cost > self.per_session
        ]

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
        """What ``tierwise budget --json`` prints."""
        return {
            "schema_version": 1,
            "day": self.day,
            "spent_usd": float(self.spent),
            "unpriced_tokens": self.unpriced_tokens,
            "per_day_usd": _write_limit(self.per_day),
            "per_session_usd": _write_limit(self.per_session),
            "sessions": [
                {"session": name, "spent_usd": float(cost), "passed": name in self.over_sessions}
                for name, cost in self.sessions
            ],
            "passed": self.passed,
            "unknown": self.unknown,
        }


def budget_of(
    rows: Iterable[Row], day: str, table: Mapping[str, Any], session: str | None = None
) -> Budget:
    """The budget on ``day``; ``rows`` must reach back to where its sessions began.  ``session`` looks at one only."""
    every = list(rows)
    of_day = [row for row in every if row.day == day]
    names = {row.record.session for row in of_day if session in (None, row.record.session)}
    sessions = group((row for row in every if row.record.session in names), "session")
    limits = table.get("budget") or {}
    return Budget(
        day,
        sum((row.cost for row in of_day if row.cost), Decimal(0)),
        sum(row.unpriced_tokens for row in of_day),
        _read_limit(limits.get("per_day")),
        tuple((item.key, item.total.cost) for item in sessions),
        _read_limit(limits.get("per_session")),
    )


def _read_limit(value: object) -> Decimal | None:
    if value is None:
        return None
    return Decimal(str(value))


def _write_limit(limit: Decimal | None) -> float | None:
    if limit is None:
        return None
    return float(limit)
