"""Small diffs, honest and cheating, each as files before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "data" / "gates"


@dataclass(frozen=True)
class Diff:
    """``before`` and ``after``: path -> text; a path missing on one side was added or deleted there."""

    name: str
    before: dict[str, str]
    after: dict[str, str]
    task: str = ""


def read_diffs(name: str) -> tuple[list[Diff], list[Diff]]:
    """The honest and the cheating diffs of one file of tests/data/gates/."""
    found: dict[bool, list[Diff]] = {True: [], False: []}
    for line in (_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row.pop("honest")].append(Diff(**row))
    return found[True], found[False]
