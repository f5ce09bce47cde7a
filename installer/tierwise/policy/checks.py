"""The ``checks:`` section: deterministic checks."""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.commit import CommitChecks
from tierwise.policy.section import Section


class Checks(Section):
    """What git hooks, preflight and smoke check."""

    commit: CommitChecks = Field(default_factory=CommitChecks, description="Commit messages.")
