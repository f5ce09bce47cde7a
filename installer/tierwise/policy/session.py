"""The ``session:`` section: the main conversation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tierwise.policy.section import Effort, Section, bare_off

_Routing = Literal["off", "shadow", "on"]
_Preference = Literal["saving", "quality"]


def _read_routing(value: object) -> object:
    """Take the words that YAML reads as booleans for what was written."""
    if value is True:
        return "on"
    return bare_off(value)


class LightTurns(Section):
    """Single turns that may go to the cheapest tier, where its cache and steps pay."""

    under_tokens: int = Field(
        100_000, ge=0, description="Only while the context is smaller; 0 for never."
    )
    kinds: list[str] = Field(
        default_factory=lambda: [
            "operations",
            "commit-message",
            "changelog",
            "classification",
            "docs",
            "handoff",
            "naming",
            "search",
            "summary",
        ],
        description="Kinds of work; `operations` is work that a command does.",
    )


class Session(Section):
    """The main conversation."""

    model: str | None = Field(
        None,
        description="An alias (also `opusplan`) or a full model id.",
    )
    effort: Effort | None = Field(
        None,
        description="The main session's effort.",
    )
    routing: Annotated[
        _Routing,
        BeforeValidator(_read_routing, json_schema_input_type=Literal[_Routing, False, True]),
    ] = Field(
        "off",
        description="Whether turns of the main conversation are routed; shadow only records.",
    )
    start: str | None = Field(
        None, description="The tier that a conversation begins on; the policy's default if absent."
    )
    prefer: _Preference = Field(
        "saving",
        description="`quality` begins on the top tier and comes down after three small turns.",
    )
    up: list[str] = Field(
        default_factory=lambda: ["planning", "multi-file-refactor"],
        description="Kinds that raise a conversation to the top tier for the rest of the task.",
    )
    light_turns: LightTurns = Field(
        default_factory=LightTurns, description="Single turns on the cheapest tier."
    )
