"""A change as a judge is shown it: its lines, and the unchanged files that it or its task speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import PurePosixPath

from tierwise.gates.model import ChangeSet
from tierwise.gates.trees import read_files
from tierwise.git.snapshot import TreeChange

MOST_OF_CHANGE = 60_000  # characters
_MOST_BESIDE = 30_000  # characters of unchanged files, all together
_MOST_FILES = 3000  # that are looked through
_CONTEXTS = (25, 8, 3)  # lines around what changed: the most that fit


def show_change(changes: Sequence[TreeChange]) -> str | None:
    """Return the change as a unified diff with as many lines around it as fit; None where it is too long."""
    for lines in _CONTEXTS:
        shown = _write_diff(changes, lines)
        if len(shown) <= MOST_OF_CHANGE:
            return shown
    return None


def show_files_beside(change: ChangeSet, words: str) -> str:
    """Return unchanged files whose names are in ``words``, whole, the smallest first, as far as they fit."""
    pieces: list[str] = []
    room = _MOST_BESIDE
    for path, text in sorted(_list_files_beside(change, words), key=_measure_file):
        piece = f"--- {path}\n{text}"
        room -= len(piece)
        if room < 0:
            break
        pieces.append(piece)
    return "\n".join(pieces)


def _write_diff(
    changes: Sequence[TreeChange],
    lines: int,
) -> str:
    """Write the change as a unified diff with ``lines`` of context."""
    pieces: list[str] = []
    for entry in changes:
        pieces += unified_diff(
            entry.text_before.splitlines(),
            entry.text_after.splitlines(),
            entry.path_before,
            entry.path,
            lineterm="",
            n=lines,
        )
    return "\n".join(pieces)


def _list_files_beside(
    change: ChangeSet,
    words: str,
) -> Iterator[tuple[str, str]]:
    """Yield path and text of the unchanged files that the words name; hidden ones stay out."""
    changed = {entry.path for entry in change.changes}
    said = set(re.findall(r"\w+", words.lower()))

    def is_wanted(path: str) -> bool:
        if path in changed or any(part.startswith(".") for part in path.split("/")):
            return False
        return said.issuperset(re.findall(r"\w+", PurePosixPath(path).stem.lower()))

    files = read_files(
        change,
        change.tree,
        is_wanted,
        _MOST_FILES,
    )
    for path, data in files:
        if b"\0" not in data:
            yield path, data.decode("utf-8", "replace")


def _measure_file(file: tuple[str, str]) -> tuple[int, str]:
    """Return the key by which the smallest files come first."""
    path, text = file
    return len(text), path
