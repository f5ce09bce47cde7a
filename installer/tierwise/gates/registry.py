"""Gates by name: the built-in ones, the project's commands from ``checks:``, the user's own."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from tierwise.errors import TierwiseError
from tierwise.gates.commands import Command, can_run, command_gate
from tierwise.gates.commit_message import commit_message_gate
from tierwise.gates.diff import diff_gate, paths_gate
from tierwise.gates.judge import Ask, judge_gate
from tierwise.gates.model import Gate, Verdict
from tierwise.gates.schema import schema_gate
from tierwise.gates.syntax import syntax_gate
from tierwise.gates.tests_intact import tests_intact_gate

BUILT_IN = ("diff", "paths", "syntax", "tests-intact", "schema", "commit-message", "judge")
_FROM_CHECKS = ("format", "lint", "types", "tests")


def make_gates(
    names: Iterable[str],
    policy: Mapping[str, Any],
    commands: Mapping[str, Command],
    *,
    ask: Ask | None = None,
    asked_by_name: bool = False,
) -> list[Gate]:
    """The gates that ``names`` mean.

    ``policy`` is the table's ``gates`` section, with ``checks.commit`` as ``commit``; ``commands`` the project's own
    (lint, types, tests …).  A name of the default list for which the project has no command is left out, unless the
    person ``asked_by_name``.
    Raises TierwiseError for a name that means nothing.
    """
    known: dict[str, Command] = {**commands, **policy.get("commands", {})}
    gates = []
    for name in names:
        if name in BUILT_IN:
            gates.append(_built_in(name, policy, ask))
        elif name in known:
            gates.append(command_gate(name, known[name]))
        elif name in _FROM_CHECKS:
            if asked_by_name:
                gates.append(_missing(name))
        elif can_run(name):
            gates.append(command_gate(name, name))
        else:
            close = difflib.get_close_matches(name, [*BUILT_IN, *_FROM_CHECKS, *known], n=1)
            hint = f'Did you mean "{close[0]}"? ' if close else ""
            raise TierwiseError(
                f'"{name}" is neither a gate nor a command',
                place="gates",
                remedy=f"{hint}Gates: {', '.join([*BUILT_IN, *sorted({*_FROM_CHECKS, *known})])}.",
            )
    return gates


def _built_in(name: str, policy: Mapping[str, Any], ask: Ask | None) -> Gate:
    if name == "diff":
        return diff_gate()
    if name == "paths":
        return paths_gate(policy.get("permitted_paths", ()), policy.get("protected_paths", ()))
    if name == "syntax":
        return syntax_gate()
    if name == "tests-intact":
        return tests_intact_gate()
    if name == "schema":
        return schema_gate(policy.get("answer_schema"))
    if name == "commit-message":
        return commit_message_gate(policy.get("commit") or {"preset": "spec"})
    judge = policy.get("judge", {})
    return judge_gate(ask, judge.get("rubric", ""), judge.get("threshold", 0.8))


def _missing(name: str) -> Gate:
    text = f"the policy has no command for {name} (checks.commands)"
    return Gate(name, lambda tree, seconds: Verdict(False, text, ran=False))
