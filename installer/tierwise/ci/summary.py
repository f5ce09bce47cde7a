"""The summary of a job, in Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

SUMMARY = "GITHUB_STEP_SUMMARY"
"""Where GitHub names the file of a job's summary."""

_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;", "\n": " "})


def find_summary(named: Path | None) -> Path | None:
    """Return the file of the job's summary: the named one, else the host's; None where there is none."""
    if named is not None:
        return named
    stated = os.environ.get(SUMMARY)
    if not stated:
        return None
    return Path(stated)


def append_summary(path: Path, lines: Iterable[str]) -> None:
    """Append lines and an empty one; the file's folder is made.  Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        for line in [*lines, ""]:
            handle.write(f"{line}\n")


def write_row(cells: Sequence[str]) -> str:
    """Return a row of a table: one line, whatever is in its cells."""
    escaped = [cell.translate(_ESCAPES) for cell in cells]
    return f"| {' | '.join(escaped)} |"
