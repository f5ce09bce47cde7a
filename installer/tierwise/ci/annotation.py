"""One thing that a pipeline says about a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Annotation:
    """``check`` names what found it; ``line`` and ``column`` count from 1, and 0 means the file as a whole.

    ``path`` is below the repository's root, with slashes; empty where it is about no file.
    """

    check: str
    level: Level
    message: str
    path: str = ""
    line: int = 0
    column: int = 0


def has_errors(annotations: Iterable[Annotation]) -> bool:
    """Return whether the pipeline is to stop."""
    return any(one.level == "error" for one in annotations)


def parse_place(place: str) -> tuple[str, int, int]:
    """Return the path, line and column of ``file``, ``file:line`` or ``file:line:column``."""
    path, _, rest = place.partition(":")
    line, _, column = rest.partition(":")
    numbers = [number or "0" for number in (line, column)]
    if not all(map(str.isdecimal, numbers)):
        return place, 0, 0
    return path, int(numbers[0]), int(numbers[1])
