"""Which calls a report is of: by project, model, agent and branch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache

import msgspec
from msgspec.structs import replace

from tierwise.domain import models
from tierwise.report.repositories import find_repository
from tierwise.transcripts.records import (
    CODEX_PREFIX,
    Usage,
    UsageRecord,
)


class Filters(msgspec.Struct, frozen=True):
    """Patterns as shells know them; None takes everything."""

    project: str | None = None
    """Of the repository's path, or its last part."""
    model: str | None = None
    """Of the id, or a family such as ``opus``."""
    agent: str | None = None
    branch: str | None = None

    @property
    def given(self) -> bool:
        """Whether anything is filtered."""
        return self != NO_FILTERS


NO_FILTERS = Filters()


def keep_calls(usage: Usage, filters: Filters) -> Usage:
    """Return the usage with the calls that every filter takes.

    Sessions' own bills are left out: they are of whole sessions.
    """
    if not filters.given:
        return usage
    find_once = cache(find_repository)
    records = [record for record in usage.records if _takes_record(filters, record, find_once)]
    codex = usage.coverage.codex
    if codex is not None:
        told = [record for record in records if record.message_id.startswith(CODEX_PREFIX)]
        codex = replace(
            codex,
            calls=len(told),
            copies=_count_copies(told),
        )
    coverage = replace(
        usage.coverage,
        codex=codex,
        records=len(records),
        usage_rows=sum(record.rows for record in records),
        duplicate_rows=_count_copies(records),
        lower_bound_records=sum(record.output_lower_bound for record in records),
        sessions=len({record.session for record in records}),
    )
    return replace(
        usage,
        records=records,
        coverage=coverage,
        cost_states={},
        forked_from={},
    )


def _count_copies(records: Iterable[UsageRecord]) -> int:
    return sum(record.rows - 1 for record in records)


def _takes_record(
    filters: Filters,
    record: UsageRecord,
    find_path: Callable[[str], str],
) -> bool:
    if not _matches_any(filters.branch, (record.branch,)):
        return False
    if not _matches_any(filters.agent, (record.agent,)):
        return False
    if not _matches_any(filters.model, _list_model_names(record.model)):
        return False
    if filters.project is None:
        return True
    path = find_path(record.project)
    return _matches_any(
        filters.project,
        (path, os.path.basename(path)),
    )


def _list_model_names(model: str) -> Iterator[str]:
    yield model
    yield models.known_id(model) or ""
    yield models.family_of(model) or ""


def _matches_any(
    pattern: str | None,
    names: Iterable[str],
) -> bool:
    if pattern is None:
        return True
    return any(fnmatchcase(name, pattern) for name in names)
