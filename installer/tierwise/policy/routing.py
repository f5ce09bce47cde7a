"""The ``routing:`` section: what may be asked where the local reading of a task is unsure."""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section


class Ask(Section):
    """A small model names the kind of work of a task that the local reading is unsure of."""

    tier: str = Field(
        "light",
        description="The tier whose model is asked.",
    )
    under: float = Field(
        0.5, ge=0, le=1, description="Only where the reading's confidence is below this."
    )
    budget_usd_per_day: float = Field(
        0.25, ge=0, description="US dollars that all questions of a day (UTC) may cost."
    )


class Routing(Section):
    """How a task is read; where `ask` is absent, no model is asked."""

    ask: Ask | None = Field(
        None,
        description="Ask a small model about tasks that are unclear.",
    )
