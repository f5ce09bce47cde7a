"""The ``hooks:`` section: enforcement inside Claude Code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tierwise.policy.section import Section, bare_off

_Mode = Literal["enforce", "advise", "shadow", "off"]


class FanOut(Section):
    """A guard against many top-tier spawns in one turn."""

    limit: int | None = Field(
        None, ge=1, description="Top-tier spawns in one turn; no limit if absent."
    )
    agents: int | None = Field(
        None, ge=1, description="Agents that one workflow may start; no limit if absent."
    )
    then: Literal["cap", "ask", "deny"] = Field(
        "cap",
        description="Beyond them: one tier down (a workflow with too many agents is asked about), asked, or refused.",
    )


class Hooks(Section):
    """How the policy is enforced at each subagent spawn."""

    mode: Annotated[
        _Mode, BeforeValidator(bare_off, json_schema_input_type=Literal[_Mode, False])
    ] = Field(
        "enforce", description="advise and shadow record and change nothing; TIERWISE_MODE wins."
    )
    prompt_line: bool = Field(
        False, description="One line of advice where session and task differ by a tier."
    )
    fan_out: FanOut = Field(
        default_factory=FanOut,
        description="Guard against runaway fan-out.",
    )
    record_prompts: bool = Field(
        False,
        description="Keep prompt texts in the local ledger.",
    )
    ceiling: str | None = Field(
        None,
        description="The highest tier that a caller's own model may reach; the top of the ladder if absent.",
    )
    ledger_mb: int = Field(
        20, ge=1, le=1000, description="Megabytes that the ledger may take, older files included."
    )
