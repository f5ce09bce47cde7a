"""The ``checks.commit:`` section: commit messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tierwise.policy.section import Section

Word = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\s()!:]+$")]
Scope = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^()\r\n]+$")]
Length = Annotated[int, Field(ge=0)]


class CommitChecks(Section):
    """Which commit messages pass.  A key that is left out means what the preset means."""

    preset: Literal["spec", "commitlint"] = Field(
        "spec",
        description="spec: Conventional Commits 1.0.0, no more; commitlint: config-conventional.",
    )
    types: list[Word] | None = Field(
        None,
        description="The types allowed; [] allows any. spec: any; commitlint: its eleven (feat, fix, docs …).",
    )
    scopes: list[Scope] | None = Field(
        None, description="The scopes allowed, several joined by a comma or slash; [] allows any."
    )
    scope: Literal["optional", "required", "forbidden"] = Field(
        "optional", description="Whether a message must have a scope."
    )
    header_max_length: Length | None = Field(
        None,
        description="Longest first line, in characters; 0 is no limit. spec: 0; commitlint: 100.",
    )
    body_max_line_length: Length | None = Field(
        None,
        description="Longest line of the body, lines with a URL apart; 0 is no limit. spec: 0; commitlint: 100.",
    )
    footer_max_line_length: Length | None = Field(
        None,
        description="Longest line of the footers, lines with a URL apart; 0 is no limit. spec: 0; commitlint: 100.",
    )
    type_case: Literal["lower", "upper", "any"] | None = Field(
        None, description="The case of the type. spec: any (clause 15); commitlint: lower."
    )
    scope_case: Literal["lower", "upper", "any"] | None = Field(
        None, description="The case of the scope. Both: any."
    )
    description_case: Literal["lower", "sentence", "any"] | None = Field(
        None, description="How the description begins. spec: any; commitlint: lower."
    )
    full_stop: bool | None = Field(
        None,
        description="Whether the description may end with a full stop. spec: true; commitlint: false.",
    )
