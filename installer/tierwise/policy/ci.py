"""The ``ci:`` section: routes and budgets where no person is in the loop.

A bad result in a pull request's critical path gets merged, which costs more than tokens (seed: a practical
guide to model routing, section "CI Routing").
"""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section, TierChoice


class CIBudget(Section):
    """What pipelines may spend, in US dollars; a cost that is not known stops them."""

    per_run: float | None = Field(
        None, gt=0, description="Limit for one `tierwise run`, and for one call of `claude -p`."
    )
    per_pull_request: float | None = Field(
        None, gt=0, description="Limit for all that the jobs of one pull request spend together."
    )


class CI(Section):
    """Used where the environment variable CI is set."""

    routes: dict[str, TierChoice] = Field(
        default_factory=dict, description="Kind of work -> tier, in place of `routes:`."
    )
    budget: CIBudget = Field(
        default_factory=CIBudget,
        description="What pipelines may spend.",
    )
