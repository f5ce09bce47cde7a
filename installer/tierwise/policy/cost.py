"""The ``budget:`` and ``prices:`` sections: money."""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section


class Budget(Section):
    """Limits and target, in US dollars."""

    per_day: float | None = Field(None, gt=0, description="Limit for one day.")
    per_session: float | None = Field(None, gt=0, description="Limit for one session.")
    target_per_developer_day: float | None = Field(None, gt=0, description="What a developer-day should cost.")
    warn: bool = Field(False, description="One line at session start once a limit is near.")


class PriceOverride(Section):
    """US dollars per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cache_write_5m: float | None = Field(None, ge=0)
    cache_write_1h: float | None = Field(None, ge=0)
    cache_read: float | None = Field(None, ge=0)
