"""The ``ci:`` section: routes where no person is in the loop.

A bad result in a pull request's critical path gets merged, which costs more than tokens (seed: a practical
guide to model routing, section "CI Routing").
"""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section, TierChoice


class CI(Section):
    """Used in place of `routes:` where the environment variable CI is set."""

    routes: dict[str, TierChoice] = Field(
        default_factory=dict, description="Kind of work -> tier, in CI."
    )
