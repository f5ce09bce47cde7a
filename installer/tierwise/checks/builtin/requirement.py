"""A declared Python dependency, read as far as it takes to say whether it is installed.

The grammar is that of the dependency specifiers (PEP 508).  What is not understood counts as satisfied: a
check that is not sure keeps quiet.
"""

from __future__ import annotations

import os
import re
import sys
from typing import NamedTuple

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*")
_CLAUSE = re.compile(r"(===|==|!=|<=|>=|~=|<|>)\s*([^\s,;)]+)")
_MARKER = re.compile(r"\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*['\"]([^'\"]*)['\"]\s*")
_RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)")


class Requirement(NamedTuple):
    """One dependency: its normalised name, its version clauses and its environment marker."""

    name: str
    clauses: tuple[tuple[str, str], ...]
    marker: str


def parse(text: str) -> Requirement | None:
    """The requirement that a line of text declares, or None where it names no distribution."""
    text = text.partition(" #")[0]
    head, _, marker = text.partition(";")
    named = _NAME.match(head)
    if (
        named is None
        or text.lstrip().startswith(("-", ".", "/"))
        or "://" in head.partition("@")[0]
    ):
        return None
    rest = "" if "@" in head else head[named.end() :]
    return Requirement(normalise(named[1]), tuple(_CLAUSE.findall(rest)), marker.strip())


def normalise(name: str) -> str:
    """The name as indexes compare it: lower case, one dash for any run of dashes, dots and underscores."""
    return re.sub(r"[-_.]+", "-", name).lower()


def applies(marker: str, python: str) -> bool:
    """Whether a marker holds here, for an environment of Python ``python`` (``3.11``); unsure counts as no."""
    if not marker:
        return True
    return any(
        all(_holds(term, python) for term in re.split(r"\s+and\s+", group))
        for group in re.split(r"\s+or\s+", marker)
    )


def satisfied(version: str, clauses: tuple[tuple[str, str], ...]) -> bool:
    """Whether an installed version meets every clause, comparing release numbers."""
    return all(_meets(version, operator, wanted) for operator, wanted in clauses)


def _holds(term: str, python: str) -> bool:
    found = _MARKER.fullmatch(term.strip("() "))
    if found is None:
        return False
    name, operator, wanted = found.groups()
    if name in ("python_version", "python_full_version"):
        return _meets(python, operator, wanted)
    facts = {"sys_platform": sys.platform, "os_name": os.name, "platform_system": _system()}
    if name not in facts or operator not in ("==", "!="):
        return False
    return (facts[name] == wanted) == (operator == "==")


def _system() -> str:
    return {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(
        sys.platform, sys.platform
    )


def _meets(version: str, operator: str, wanted: str) -> bool:
    if operator == "===" or wanted.endswith(".*"):
        prefix = wanted.removesuffix(".*")
        inside = f"{version}.".startswith(f"{prefix}.")
        return inside if operator in ("==", "===") else not inside
    left, right = _release(version), _release(wanted)
    if left is None or right is None:
        return True
    if operator == "~=":
        return (
            left >= right
            and left[: max(1, _length(wanted) - 1)] == right[: max(1, _length(wanted) - 1)]
        )
    return {
        "==": left == right,
        "!=": left != right,
        "<=": left <= right,
        ">=": left >= right,
        "<": left < right,
        ">": left > right,
    }[operator]


def _release(version: str) -> tuple[int, ...] | None:
    found = _RELEASE.match(version)
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    return tuple(numbers + [0] * (6 - len(numbers)))


def _length(version: str) -> int:
    found = _RELEASE.match(version)
    return len(found[1].split(".")) if found else 1
