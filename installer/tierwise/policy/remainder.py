"""What else is wrong in a policy of which some values have the wrong shape: both are told in one run.

The values that are wrong are left out, and what is left is looked at.  A fault that may come from
what was left out is not told: it waits until the shape is right.
"""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError

from tierwise.policy.complaints import did_you_mean
from tierwise.policy.meaning import Fault, find_faults
from tierwise.policy.model import Policy
from tierwise.policy.source import Path

_NAMING = ("tiers", "kinds")
"""Sections whose keys are names that the rest of the policy uses."""

_ROUNDS = 3
"""A value that is left out may be one that its mapping has to have, and so on."""


def read_path(item: Any) -> Path:
    """Return the path in the policy of one of pydantic's errors."""
    # What it puts into brackets is not of the file: a mark for a key, the branch of a choice.
    return tuple(part for part in item["loc"] if not str(part).startswith("["))


def find_other_faults(
    data: dict[str, Any],
    error: ValidationError,
) -> list[Fault]:
    """Return the faults beside the values of a wrong shape that ``error`` names.

    Empty where these leave nothing to judge by.
    """
    rest = copy.deepcopy(data)
    scopes: list[Path] = []
    for _ in range(_ROUNDS):
        misshapen = _list_misshapen(error)
        if any(map(_may_name, misshapen)):
            return []
        scopes += [path[:-1] or path for path in misshapen]
        try:
            _drop_values(rest, misshapen)
            policy = Policy.model_validate(rest)
        except ValidationError as again:
            error = again
        except (LookupError, TypeError):
            return []
        else:
            return _list_faults_outside(policy, scopes)
    return []


def _list_misshapen(error: ValidationError) -> set[Path]:
    """Return the paths of the values that have the wrong shape: of a missing key what should hold it."""
    paths = set()
    for item in error.errors():
        path = read_path(item)
        if item["type"] == "missing":
            path = path[:-1]
        paths.add(path)
    return {path for path in paths if not any(path[:end] in paths for end in range(len(path)))}


def _list_faults_outside(
    policy: Policy,
    scopes: list[Path],
) -> list[Fault]:
    faults = []
    for path, message in find_faults(policy):
        if not any(path[: len(scope)] == scope for scope in scopes):
            faults.append((path, message))
    return faults


def _may_name(path: Path) -> bool:
    """Return whether a tier or a kind may be missing where this value is left out."""
    if not path:
        return True
    if len(path) == 1:
        return path[0] in _NAMING or bool(did_you_mean(path[0], _NAMING))
    return path[0] in _NAMING and len(path) == len(("tiers", "name"))


def _drop_values(data: Any, paths: set[Path]) -> None:
    """Take values out of nested mappings and lists.  Raises LookupError or TypeError where one is not there."""
    # A list's last entries first: the places of the others stay right.
    for path in sorted(paths, key=_order_path, reverse=True):
        inner = data
        for part in path[:-1]:
            inner = inner[part]
        del inner[path[-1]]


def _order_path(path: Path) -> list[tuple[int, str]]:
    """Order the numbers of a list by size, names by letters."""
    order = []
    for part in path:
        number = -1
        if isinstance(part, int):
            number = part
        order.append((number, str(part)))
    return order
