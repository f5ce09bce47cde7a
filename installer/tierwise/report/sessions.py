"""What a person knows a session by: its day, its project and its model."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
from msgspec.structs import asdict

from tierwise.domain import models
from tierwise.report.rows import Row


class SessionFacts(msgspec.Struct, frozen=True):
    """Of the session's calls in the report."""

    day: str
    """Of the first call."""
    project: str
    """Where most of the money was spent: the repository's path."""
    model: str
    """The main conversation's most expensive model; of the subagents' where no call of it is here."""

    first_words: str = ""
    """What it began with; empty where the policy records no prompts."""

    def as_json(self) -> dict[str, str]:
        """Return the fields that a row of ``--by session`` has beside its sums."""
        return asdict(self)

    def in_words(self) -> str:
        """Return the facts as one short line."""
        model = models.family_of(self.model) or self.model
        facts = f"{self.day}, {os.path.basename(self.project) or self.project}, {model}"
        if not self.first_words:
            return facts
        return f"{facts}: {self.first_words}"


def describe_sessions(
    rows: Iterable[Row], first_words: Mapping[str, str]
) -> dict[str, SessionFacts]:
    """Return what each session is known by, by its id."""
    sessions: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sessions[row.record.session].append(row)
    return {
        session: _describe_session(found, first_words.get(session, ""))
        for session, found in sessions.items()
    }


def _describe_session(
    rows: list[Row],
    first_words: str,
) -> SessionFacts:
    main = [row for row in rows if row.record.is_main] or rows
    return SessionFacts(
        day=min(row.day for row in rows),
        project=_most_expensive((row.project, row.cost) for row in rows),
        model=_most_expensive((row.record.model, row.cost) for row in main),
        first_words=first_words,
    )


def _most_expensive(spent: Iterable[tuple[str, Decimal | None]]) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, cost in spent:
        sums[name] += cost or 0
    return max(sorted(sums), key=sums.__getitem__)
