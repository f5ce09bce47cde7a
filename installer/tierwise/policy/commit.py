"""The ``checks.commit:`` section: commit messages."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.policy.section import Section


class CommitChecks(Section):
    """Which commit messages pass."""

    preset: Literal["spec", "commitlint"] = Field(
        "spec", description="spec: Conventional Commits 1.0.0, no more; commitlint: config-conventional."
    )
