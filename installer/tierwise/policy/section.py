"""What all sections of the policy share."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

Effort = Literal["low", "medium", "high", "xhigh", "max"]


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, nothing is taken for what it is not, values stay as read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


class Assignment(Section):
    """A tier, and an effort where it differs from the tier's own."""

    tier: str = Field(description="A tier of the ladder in `tiers:`.")
    effort: Effort | None = Field(
        None,
        description="Effort, where it differs from the tier's own.",
    )


def _read_assignment(value: Any) -> Any:
    if isinstance(value, str):
        return {"tier": value}
    return value


def _assignment_or_off(value: Any) -> Any:
    if value is None:  # a line that is being typed must not take an agent away
        raise ValueError("expected a tier, {tier: ..., effort: ...} or off")
    if value is False or value == "off":
        return None
    return _read_assignment(value)


def bare_off(value: Any) -> Any:
    """Return the word that was meant where YAML read a bare ``off`` as false."""
    if value is False:
        return "off"
    return value


def read_switch(value: Any) -> Any:
    """Read true or false where an editor's YAML left the words ``on`` and ``off``."""
    if value == "on":
        return True
    if value == "off":
        return False
    return value


def _no_number(value: Any) -> Any:
    if isinstance(value, int | float):  # else it would be taken for seconds since 1970
        raise ValueError("expected a date, YYYY-MM-DD")
    return value


TierChoice = Annotated[
    Assignment, BeforeValidator(_read_assignment, json_schema_input_type=str | Assignment)
]
AgentChoice = Annotated[
    Assignment | None,
    BeforeValidator(_assignment_or_off, json_schema_input_type=str | Literal[False] | Assignment),
]
# `off` is a boolean in YAML 1.1, which we read, and text in YAML 1.2, which editors read.
Switch = Annotated[
    bool, BeforeValidator(read_switch, json_schema_input_type=Literal[True, False, "on", "off"])
]
Date = Annotated[datetime.date, Field(strict=False), BeforeValidator(_no_number)]
