"""What all sections of the policy share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Effort = Literal["low", "medium", "high", "xhigh", "max"]


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, values are not changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Assignment(Section):
    """A tier, and an effort where it differs from the tier's own."""

    tier: str = Field(description="A rung of the ladder in `tiers:`.")
    effort: Effort | None = Field(None, description="Effort, where it differs from the tier's own.")


def _assignment(value: Any) -> Any:
    return {"tier": value} if isinstance(value, str) else value


def bare_off(value: Any) -> Any:
    """The word that was meant where YAML read a bare ``off`` as false."""
    return "off" if value is False else value


def _assignment_or_off(value: Any) -> Any:
    return None if value is False or value == "off" else _assignment(value)


TierChoice = Annotated[Assignment, BeforeValidator(_assignment, json_schema_input_type=str | Assignment)]
AgentChoice = Annotated[
    Assignment | None,
    BeforeValidator(_assignment_or_off, json_schema_input_type=str | Literal[False] | Assignment),
]
