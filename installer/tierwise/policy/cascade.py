"""The ``escalation:``, ``gates:`` and ``reuse:`` sections: cheap first, verified, escalated."""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section


class Escalation(Section):
    """The cascade of `tierwise run`."""

    attempts: int = Field(2, ge=1, le=10, description="Failures on one tier before climbing.")
    max_usd: float | None = Field(None, gt=0, description="Budget of one run, all attempts together.")


class Gates(Section):
    """What a result must pass."""


class Reuse(Section):
    """Accepted results as examples for the cheap tier."""

    enabled: bool = Field(False, description="Offer accepted results of the same kind as examples.")
