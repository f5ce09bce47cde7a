"""The ``explore:`` section: a share of unprotected work on the neighbouring tier, to learn from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.policy.section import Section


class Explore(Section):
    """Off until a share is given.  Protected work, CI and production are never explored."""

    share: float = Field(
        0, ge=0, le=0.5, description="The share of subagents that run one tier off, 0 for none."
    )
    direction: Literal["down", "up"] = Field(
        "down",
        description="Towards which neighbour.",
    )
    kinds: list[str] = Field(
        default_factory=list, description="Only these kinds of work; all unprotected ones if empty."
    )
    per_day: int = Field(
        20,
        ge=1,
        description="Explored subagents a day at the most.",
    )
    per_kind: int = Field(
        150, ge=1, description="Explored subagents of one kind in all, until it is decided anew."
    )
