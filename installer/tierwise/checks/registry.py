"""Loading the built-in checks, and which of them a policy leaves on."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tierwise.checks.model import AnyCheck
from tierwise.domain.check_names import BUILTIN_CHECKS, STAGES

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def load_check(name: str) -> AnyCheck:
    """Return the check of that name from its module."""
    module = import_module(f"tierwise.checks.builtin.{name.replace('-', '_')}")
    check: AnyCheck = module.CHECK
    return check


def list_active(
    choices: Mapping[str, object],
    stage: str,
) -> list[AnyCheck]:
    """Return the checks that ``checks.builtin`` leaves on in a stage, in the order of the list."""
    checks = [load_check(name) for name in BUILTIN_CHECKS]
    return [check for check in checks if stage in find_stages(check, choices.get(check.name))]


def find_stages(
    check: AnyCheck,
    choice: object,
) -> tuple[str, ...]:
    """Return the stages in which a check runs: ``choice`` is true, false, a list, a mapping or None."""
    if isinstance(choice, dict):
        choice = choice.get("on")
    if choice is True:
        return check.stages or STAGES
    if choice is False:
        return ()
    if isinstance(choice, (list, tuple)):
        return tuple(choice)
    return check.stages
