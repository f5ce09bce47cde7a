"""The ``checks:`` section: deterministic checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
)

from tierwise.domain.check_names import BUILTIN_CHECKS
from tierwise.policy.commit import CommitChecks
from tierwise.policy.section import Section, Switch, read_switch

Stage = Literal["pre-commit", "preflight", "smoke"]
_UNITS = {
    "": 1,
    "b": 1,
    "kb": 1 << 10,
    "kib": 1 << 10,
    "mb": 1 << 20,
    "mib": 1 << 20,
    "gb": 1 << 30,
    "gib": 1 << 30,
}


def _check_bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    number = value.strip().rstrip("bkmgiBKMGI").strip()
    unit = value.strip()[len(number) :].strip().lower()
    try:
        return int(float(number) * _UNITS[unit])
    except (KeyError, ValueError):
        raise ValueError("a size is a number of bytes, or a number with kB, MB or GB") from None


_Written = (
    Annotated[int, Field(gt=0)]
    | Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*([kKmMgG][iI]?)?[bB]?\s*$")]
)
Size = Annotated[int, BeforeValidator(_check_bytes, json_schema_input_type=_Written), Field(gt=0)]


def _yes_or_no(value: Any) -> Any:
    if not isinstance(read_switch(value), bool):
        raise ValueError("expected true, false, or a list of stages, such as [preflight]")
    return value


def _check_branch(value: Any) -> str:
    if isinstance(value, (dict, BuiltinChoice)):
        return "[options]"
    if isinstance(value, list):
        return "[stages]"
    return "[switch]"


def _known_check(name: str) -> str:
    if name not in BUILTIN_CHECKS:
        raise ValueError(f"no built-in check is called that; there are {', '.join(BUILTIN_CHECKS)}")
    return name


BuiltinName = Annotated[
    str, AfterValidator(_known_check), Field(json_schema_extra={"enum": list(BUILTIN_CHECKS)})
]


class BuiltinChoice(Section):
    """When a built-in check runs, and which paths it leaves out."""

    on: list[Stage] | None = Field(
        None,
        description="The stages; left out, the check's own.",
    )
    exclude: list[str] = Field(
        default_factory=list, description="Path patterns that this check does not read."
    )


# With a branch named for each value, a mistake is reported once and not for every branch.
Builtin = Annotated[
    Annotated[Switch, BeforeValidator(_yes_or_no, json_schema_input_type=Switch), Tag("[switch]")]
    | Annotated[list[Stage], Tag("[stages]")]
    | Annotated[BuiltinChoice, Tag("[options]")],
    Discriminator(_check_branch),
]


def _every_stage() -> list[Stage]:
    return ["pre-commit", "preflight", "smoke"]


class LargeFiles(Section):
    """The check ``large-files``."""

    limit: Size = Field(
        500 * 1024, description="Largest size of a file: bytes, or such as `500 kB`, `2 MB`."
    )
    exclude: list[str] = Field(
        default_factory=list, description="Path patterns that may be larger."
    )


class Secrets(Section):
    """The check ``secrets``."""

    allow: list[str] = Field(
        default_factory=list,
        description="Fingerprints (as the check prints them) that may be committed.",
    )
    exclude: list[str] = Field(
        default_factory=list, description="Path patterns that are not searched."
    )


class CheckCommand(Section):
    """A program of the project's own that answers yes (exit code 0) or no."""

    run: str = Field(
        min_length=1,
        description="Shell command; `{files}` becomes the changed files that `files` matches.",
    )
    files: list[str] = Field(
        default_factory=list,
        description="Path patterns; without a matching change the command does not run.",
    )
    exclude: list[str] = Field(
        default_factory=list, description="Path patterns to leave out again."
    )
    on: list[Stage] = Field(
        default_factory=_every_stage,
        description="When it runs.",
    )
    timeout: float = Field(
        60, gt=0, description="Seconds until it is stopped, which counts as a no."
    )
    fix: str | None = Field(
        None, description="The command that fixes what this one finds; shown, never run."
    )


class Checks(Section):
    """What git hooks, preflight and smoke check."""

    commit: CommitChecks = Field(
        default_factory=CommitChecks,
        description="Commit messages.",
    )
    builtin: dict[BuiltinName, Builtin] = Field(
        default_factory=dict,
        description="Built-in checks: true, false, stages, or `on` and `exclude`; unnamed ones keep their own.",
    )
    exclude: list[str] = Field(
        default_factory=list,
        description="Path patterns that no built-in check reads, such as `vendor/`.",
    )
    large_files: LargeFiles = Field(
        default_factory=LargeFiles, description="The check `large-files`."
    )
    secrets: Secrets = Field(
        default_factory=Secrets,
        description="The check `secrets`.",
    )
    plan: str | None = Field(
        None,
        description="The plan whose files must exist; without it that of the plan command, or PLAN.md.",
    )
    budget: float = Field(
        300, gt=0, description="Seconds for a whole run; what is not checked by then fails."
    )
    link: list[str] = Field(
        default_factory=list,
        description="Paths that git does not hold (generated files, submodules) and commands need at a commit.",
    )
    commands: dict[str, CheckCommand] = Field(
        default_factory=dict, description="Commands of your own, by name."
    )
