"""Names that are different here and one and the same on macOS and Windows."""

from __future__ import annotations

from unicodedata import normalize

from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import (
    Change,
    Finding,
    Snapshot,
    show_path,
)


def find_collisions(
    snapshot: Snapshot,
    changes: list[Change],
    context: CheckContext,
) -> list[Finding]:
    """Return a finding for each added path that collides with another one, folders included.

    A collision of folders is reported once, at the first path that brings it in.
    """
    added = [change.path for change in changes if change.status == "A"]
    if not added:
        return []
    spellings = _list_spellings(snapshot, added)
    findings = []
    reported: set[str] = set()
    for path in added:
        for part in reversed(_with_folders(path)):
            folded = fold_case(part)
            others = sorted(spellings.get(folded, set()) - {part})
            if others and folded not in reported:
                reported.add(folded)
                names = ", ".join(show_path(other) for other in others)
                message = f"{show_path(part)} collides with {names} where case does not count"
                findings.append(Finding(path, message))
                break
    return findings


def _list_spellings(
    snapshot: Snapshot,
    added: list[str],
) -> dict[str, set[str]]:
    """Return, for the folded name of each added path and of its folders, all spellings in the snapshot."""
    wanted = {fold_case(part) for path in added for part in _with_folders(path)}
    spellings: dict[str, set[str]] = {}
    seen_folders: set[str] = set()
    for _, _, path in snapshot.entries():
        folder = path.rpartition("/")[0]
        parts = [path]
        if folder not in seen_folders:
            parts = _with_folders(path)
        seen_folders.add(folder)
        for part in parts:
            folded = fold_case(part)
            if folded in wanted:
                spellings.setdefault(folded, set()).add(part)
    return spellings


def fold_case(path: str) -> str:
    """Return the name as a case-insensitive, normalising file system compares it."""
    if path.isascii():
        return path.lower()
    return normalize("NFC", path).casefold()


def _with_folders(path: str) -> list[str]:
    """Return the path and the folders above it: ``a/b/c`` -> ``[a/b/c, a/b, a]``."""
    parts = [path]
    while "/" in path:
        path = path.rpartition("/")[0]
        parts.append(path)
    return parts


CHECK = TreeCheck(
    name="case-collisions",
    meaning="names that differ in case only",
    fix="`git mv` one of the two to another name",
    find=find_collisions,
)
