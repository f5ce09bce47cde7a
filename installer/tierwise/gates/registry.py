"""Gates by name: the built-in ones, which register themselves, the project's commands, the user's own."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import replace
from functools import cache

from tierwise.errors import TierwiseError
from tierwise.gates.commands import can_run, command_gate
from tierwise.gates.model import (
    ChangeSet,
    CheckFunction,
    Command,
    Gate,
    GateConfig,
    Inspects,
    Verdict,
)

_REGISTERED: dict[str, Gate] = {}
_FROM_CHECKS = ("format", "lint", "types", "tests")


def gate(
    name: str,
    *,
    inspects: Inspects,
    survives_cli_gates: bool = False,
    restart_on_failure: bool = False,
    verifies: bool = False,
    self_timed: bool = False,
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a built-in gate: every module of ``gates.builtin`` is loaded, so one file is all it takes."""

    def register(check: CheckFunction) -> CheckFunction:
        _REGISTERED[name] = Gate(
            name=name,
            check=check,
            inspects=inspects,
            survives_cli_gates=survives_cli_gates,
            restart_on_failure=restart_on_failure,
            verifies=verifies,
            self_timed=self_timed,
        )
        return check

    return register


@cache
def load_builtin() -> Mapping[str, Gate]:
    """Load the built-in gates, by name."""
    package = importlib.import_module("tierwise.gates.builtin")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _REGISTERED


def make_gates(
    names: Iterable[str],
    config: GateConfig,
    commands: Mapping[str, Command],
    *,
    asked_by_name: bool = False,
) -> list[Gate]:
    """Make the gates that ``names`` mean.

    ``commands``: the project's own (lint, types, tests …) and the policy's.  A name of the default list for which
    there is no command is left out, unless the person ``asked_by_name``.
    Raises TierwiseError for a name that means nothing.
    """
    builtin = load_builtin()
    wanted = list(names)
    used = {name: commands.get(name, name) for name in wanted if _is_command(name, commands)}
    config = replace(config, commands=used, uses=tuple(wanted))
    gates = []
    for name in wanted:
        if name in builtin:
            gates.append(replace(builtin[name], config=config))
        elif name in used:
            gates.append(replace(command_gate(name, used[name]), config=config))
        elif name not in _FROM_CHECKS:
            raise _unknown_gate(
                name,
                [*builtin, *sorted({*_FROM_CHECKS, *commands})],
            )
        elif asked_by_name:
            gates.append(_missing_command(name))
    return gates


def gates_for_answers(
    gates: Sequence[Gate],
    asked: Sequence[str],
) -> list[Gate]:
    """List those that can look at an answer, and the commands that a person asked for."""
    found = []
    for gate in gates:
        is_asked_for = gate.inspects == "project" and gate.name in asked
        if is_asked_for or gate.inspects in ("answer", "either"):
            found.append(gate)
    return found


def _is_command(
    name: str,
    commands: Mapping[str, Command],
) -> bool:
    if name in load_builtin():
        return False
    return name in commands or (name not in _FROM_CHECKS and can_run(name))


def _unknown_gate(
    name: str,
    known: Sequence[str],
) -> TierwiseError:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f'Did you mean "{close[0]}"? ' if close else ""
    return TierwiseError(
        f'"{name}" is neither a gate nor a command',
        place="gates",
        remedy=f"{hint}Gates: {', '.join(known)}.",
    )


def _missing_command(name: str) -> Gate:
    text = f"the policy has no command for {name} (checks.commands)"

    def check(change: ChangeSet, config: GateConfig) -> Verdict:
        return Verdict(False, text, ran=False)

    return Gate(name, check, inspects="project", verifies=True)
