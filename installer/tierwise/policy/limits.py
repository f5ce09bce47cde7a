"""The ``limits:`` section: a subscription's five-hour and weekly limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tierwise.policy.section import Section


def _read_percent(value: object) -> object:
    """Take `70 %` for 70."""
    if not isinstance(value, str):
        return value
    number = value.removesuffix("%").strip()
    if not number.isdecimal():
        return value
    return int(number)


Percent = Annotated[int, BeforeValidator(_read_percent, json_schema_input_type=int | str)]


class Limits(Section):
    """Off until a percentage is given.  Protected work keeps its floor."""

    conserve_from: Percent | None = Field(
        None,
        ge=1,
        le=99,
        description="Percent of a limit from which it is spared until it resets; earlier where the "
        "present pace would overshoot it by far.",
    )
    cheapest_from: Percent | None = Field(
        65,
        ge=1,
        le=100,
        description="Percent from which unprotected work runs on the cheapest tier at any pace, at "
        "least `conserve_from`; null for never.",
    )
    conserve: Literal["economy", "balanced"] = Field(
        "economy", description="The preset whose lower routes hold for unprotected work meanwhile."
    )

    @property
    def last_stage_from(self) -> int | None:
        """Percent from which the cheapest tier is taken; None for never.

        The default is no lower than a `conserve_from` above it.
        """
        if self.cheapest_from is None or self.conserve_from is None:
            return self.cheapest_from
        return max(self.cheapest_from, self.conserve_from)
