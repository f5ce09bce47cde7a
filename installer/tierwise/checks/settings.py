"""The ``checks:`` section of a compiled policy, in the shape in which a run reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

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
        section = self.sections.get(check.replace("-", "_"))
        choice = self.choices.get(check)
        own = dict(section) if isinstance(section, dict) else {}
        chosen = choice if isinstance(choice, dict) else {}
        exclude = [*_list_texts(own.get("exclude")), *_list_texts(chosen.get("exclude"))]
        return {**own, "exclude": exclude}


def read_settings(table: Mapping[str, object] | None) -> RunSettings:
    """Return the settings of a compiled policy; the defaults where there is none."""
    found = (table or {}).get("checks")
    checks: Mapping[str, object] = found if isinstance(found, dict) else {}
    choices, commands = checks.get("builtin"), checks.get("commands")
    plan, review = checks.get("plan"), (table or {}).get("review")
    return RunSettings(
        choices=choices if isinstance(choices, dict) else {},
        sections=checks,
        exclude=_list_texts(checks.get("exclude")),
        budget=float(checks.get("budget") or BUDGET),  # type: ignore[arg-type]
        plan=plan if isinstance(plan, str) else None,
        review_date=review if isinstance(review, str) else None,
        commands=commands if isinstance(commands, dict) else {},
        link=_list_texts(checks.get("link")),
    )


def _list_texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()
