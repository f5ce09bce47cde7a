"""Lines of tests: what stands in those that moved, and what others give under a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.following.imports import is_import
from tierwise.gates.following.strength import asserts
from tierwise.gates.reading.tokens import list_code_names


def list_moved(data: bytes) -> frozenset[str]:
    """List the lines of a file of tests, without its imports."""
    code = [line for line in split_lines(data) if not is_import(line)]
    bare = {line.strip() for line in code}
    return frozenset(bare - {""})


def list_given(data: bytes, names: Iterable[str]) -> list[str]:
    """List the texts under some names in tests or their data, as settings, tables and records write it."""
    name = "|".join(map(re.escape, names))
    gives = r"[\"']?\s*(?:=>|[:=])\s*"
    text = r"[{\"']([^}\"'\n]+)"
    pattern = rf"\b(?:{name})\b{gives}{text}"
    return re.findall(
        pattern,
        data.decode("utf-8", "surrogateescape"),
    )


def split_lines(data: bytes) -> list[str]:
    """Split a file into lines with their ends."""
    return data.decode("utf-8", "surrogateescape").splitlines(keepends=True)


def strip_all(lines: list[str]) -> list[str]:
    """Strip lines of indents and of commas at their ends, and leave out blank ones."""
    bare = map(str.strip, lines)
    return [line.rstrip(",") for line in bare if line]


def compares_with(
    lines: Iterable[str],
    name: str,
    functions: frozenset[str],
) -> bool:
    """Tell whether a line asserts that what one of some functions gives is what a file of that name holds."""
    named = [line for line in lines if name in line and asserts(line)]
    return not functions.isdisjoint(list_code_names(named))
