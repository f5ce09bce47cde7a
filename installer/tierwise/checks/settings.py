"""The ``checks:`` section of a compiled policy, in the shape in which a run reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tierwise.loose import as_mapping

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

    choices: Mapping[str, object] = field(default_factory=dict)
    sections: Mapping[str, object] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    budget: float = BUDGET
    plan: str | None = None
    review_date: str | None = None
    commands: Mapping[str, CommandSettings] = field(default_factory=dict)
    link: tuple[str, ...] = ()

    def find_options(self, check: str) -> dict[str, object]:
        """Return the options of one check: its own section, and its entry under ``builtin``."""
        section = check.replace("-", "_")
        own = as_mapping(self.sections.get(section))
        chosen = as_mapping(self.choices.get(check))
        exclude = [
            *_list_texts(own.get("exclude")),
            *_list_texts(chosen.get("exclude")),
        ]
        return {**own, "exclude": exclude}


def read_settings(table: Mapping[str, object] | None) -> RunSettings:
    """Return the settings of a compiled policy; the defaults where there is none."""
    policy = table or {}
    checks = as_mapping(policy.get("checks"))
    return RunSettings(
        choices=as_mapping(checks.get("builtin")),
        sections=checks,
        exclude=_list_texts(checks.get("exclude")),
        budget=float(checks.get("budget") or BUDGET),
        plan=_as_text(checks.get("plan")),
        review_date=_as_text(policy.get("review")),
        commands=as_mapping(checks.get("commands")),
        link=_list_texts(checks.get("link")),
    )


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return None


def _list_texts(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return ()
