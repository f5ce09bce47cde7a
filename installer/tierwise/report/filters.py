"""Which calls a report is of: by project, model, agent and branch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from tierwise.domain import models
from tierwise.report.repositories import find_repository
from tierwise.transcripts.records import CODEX_PREFIX, Usage, UsageRecord

NAMES = ("project", "model", "agent", "branch")
"""What can be filtered by: one option each."""


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
        return any(getattr(self, name) is not None for name in NAMES)

    def words(self) -> list[str | None]:
        """Return the patterns in the order of :data:`NAMES`."""
        return [getattr(self, name) for name in NAMES]


def keep_calls(usage: Usage, filters: Filters) -> Usage:
    """Return the usage with the calls that every filter takes.

    Sessions' own bills are left out: they are of whole sessions.
    """
    if not filters.given:
        return usage
    repositories: dict[str, str] = {}
    for record in usage.records:
        if filters.project is not None and record.project not in repositories:
            repositories[record.project] = find_repository(record.project)
    records = [record for record in usage.records if _takes_record(filters, record, repositories)]
    codex = usage.coverage.codex
    if codex is not None:
        told = [record for record in records if record.message_id.startswith(CODEX_PREFIX)]
        copies = sum(record.rows - 1 for record in told)
        codex = replace(codex, calls=len(told), copies=copies)
    coverage = replace(
        usage.coverage,
        codex=codex,
        records=len(records),
        usage_rows=sum(record.rows for record in records),
        duplicate_rows=sum(record.rows - 1 for record in records),
        lower_bound_records=sum(record.output_lower_bound for record in records),
        sessions=len({record.session for record in records}),
    )
    return replace(usage, records=records, coverage=coverage, cost_states={}, forked_from={})


def _takes_record(filters: Filters, record: UsageRecord, repositories: Mapping[str, str]) -> bool:
    if filters.project is not None:
        path = repositories[record.project]
        if not _matches_any(filters.project, path, os.path.basename(path)):
            return False
    if filters.model is not None:
        known = models.known_id(record.model) or ""
        family = models.family_of(record.model) or ""
        if not _matches_any(filters.model, record.model, known, family):
            return False
    if filters.agent is not None and not _matches_any(filters.agent, record.agent):
        return False
    return filters.branch is None or _matches_any(filters.branch, record.branch)


def _matches_any(pattern: str, *names: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)
