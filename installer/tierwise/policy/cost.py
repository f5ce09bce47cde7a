"""The ``budget:`` and ``prices:`` sections: money."""

from __future__ import annotations

from pydantic import Field

from tierwise.policy.section import Section


class Budget(Section):
    """Limits and target, in US dollars."""

    per_day: float | None = Field(
        None,
        gt=0,
        description="Limit for one day.",
    )
    per_session: float | None = Field(
        None,
        gt=0,
        description="Limit for one session.",
    )
    target_per_developer_day: float | None = Field(
        None, gt=0, description="What a developer-day should cost."
    )
    warn: bool = Field(
        False,
        description="One line at session start once a limit is near.",
    )


class Costs(Section):
    """What a failure costs a person: a tier that fails too often does not pay."""

    minutes_per_failure: float = Field(
        15, ge=0, description="Minutes that a person loses with a failed task."
    )
    hour_usd: float = Field(
        90,
        ge=0,
        description="What an hour of theirs costs, in US dollars.",
    )


class PriceOverride(Section):
    """Your own prices of one model, in US dollars per million tokens; they hold for every call, of any date.

    A price left out keeps its list price; without one, such tokens are reported as unpriced.
    """

    input: float = Field(
        ge=0,
        description="Tokens sent that no cache held.",
    )
    output: float = Field(
        ge=0,
        description="Tokens answered, thinking included.",
    )
    cache_write_5m: float | None = Field(
        None, ge=0, description="Tokens written to the cache for five minutes."
    )
    cache_write_1h: float | None = Field(
        None, ge=0, description="Tokens written to the cache for an hour."
    )
    cache_read: float | None = Field(
        None,
        ge=0,
        description="Tokens read from the cache.",
    )
    web_search: float | None = Field(
        None,
        ge=0,
        description="One web search, in US dollars.",
    )
