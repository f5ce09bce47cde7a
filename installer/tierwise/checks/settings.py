"""The ``checks:`` section of a compiled policy, in the shape in which a run reads it."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.loose import (
    as_mapping,
    as_text,
    list_texts,
)

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict

    class CommandSettings(TypedDict):
        """A command of the project's own, as the policy defines it."""

        run: str
        files: list[str]
        exclude: list[str]
        on: list[str]
        timeout: float
        fix: str | None


BUDGET = 300.0  # seconds for a whole run, where the policy says nothing


@dataclass(frozen=True)
class RunSettings:
    """What a run needs of the policy.  ``sections`` holds the options of single checks by their names."""

    choices: Mapping[str, object]
    sections: Mapping[str, object]
    exclude: list[str]
    budget: float
    plan: str
    review_date: str
    commands: Mapping[str, CommandSettings]
    link: list[str]

    def find_options(self, check: str) -> dict[str, object]:
        """Return the options of one check: its own section, and its entry under ``builtin``."""
        section = check.replace("-", "_")
        own = as_mapping(self.sections.get(section))
        chosen = as_mapping(self.choices.get(check))
        exclude = [
            *list_texts(own.get("exclude")),
            *list_texts(chosen.get("exclude")),
        ]
        return {**own, "exclude": exclude}


def read_settings(table: Mapping[str, object] | None) -> RunSettings:
    """Return the settings of a compiled policy; the defaults where there is none."""
    policy = table or {}
    checks = as_mapping(policy.get("checks"))
    return RunSettings(
        choices=as_mapping(checks.get("builtin")),
        sections=checks,
        exclude=list_texts(checks.get("exclude")),
        budget=float(checks.get("budget") or BUDGET),
        plan=as_text(checks.get("plan")),
        review_date=as_text(policy.get("review")),
        commands=as_mapping(checks.get("commands")),
        link=list_texts(checks.get("link")),
    )
