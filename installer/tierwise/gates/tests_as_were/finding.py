"""What the old tests say of one command, and how that is told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierwise.gates.following.followed import OldRun
from tierwise.gates.model import ASK_A_PERSON

_LISTED = 8  # names shown
_NOT_FOUND = re.compile(r": (?:command )?not found$", re.M)  # a shell, of a program


@dataclass(frozen=True)
class OldTestsFinding:
    """What the old tests say of one command.

    ``outcome``: a key of ``_WORDS``; ``tests``: those it is about; ``fixed``: tests that failed on the base and pass
    now; ``keeps_expectations``: the changed tests hold the same values as the old ones; ``renamed``: tests that
    have another name now, as they follow the change; ``old``: the old tests with new
    names alone, and how they ran; ``lost``: what tests were given and are given no more, though they pass with it.
    """

    command: str
    outcome: str
    tests: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    detail: str = ""
    keeps_expectations: bool = False
    renamed: tuple[str, ...] = ()
    old: OldRun | None = None
    lost: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the old tests have nothing against the change."""
        return self.outcome in ("both-pass", "only-old-pass", "both-fail", "followed")

    def explain(self) -> str:
        """Say it in a line or two."""
        lines = [f"{_WORDS[self.outcome]} (`{self.command}`){_join_names(self.tests)}"]
        if self.fixed:
            lines.append(f"failed before, pass now{_join_names(self.fixed)}")
        if self.detail:
            lines.append(self.detail)
        if self.outcome == "undecided" and _NOT_FOUND.search(self.detail):
            lines.append("a checkout has no ignored files: `escalation.link` names those needed")
        return "\n".join(lines)


_WORDS = {
    "both-pass": "the tests pass, as delivered and as they were",
    "tests-changed-to-pass": "the tests pass only because they were changed",
    "only-old-pass": "the tests as they were pass, those delivered do not",
    "both-fail": "what fails as delivered fails under the tests as they were too",
    "followed": "the tests as they were pass once they follow what the change renames, moves or is asked to do",
    "incomplete": "tests that passed before the change did not run",
    "tests-lost": "the tests as they were pass, and those delivered look at less",
    "proves-nothing": "the tests that the change brings prove nothing of the behaviour that the task wants",
    ASK_A_PERSON: "whether the tests' new expectations follow from the task is for the judge or a person to say",
    "undecided": "the tests as they were cannot be run on this change",
}


def _join_names(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    listed = ", ".join(names[:_LISTED])
    if len(names) <= _LISTED:
        return f": {listed}"
    return f": {listed} and {len(names) - _LISTED} more"
