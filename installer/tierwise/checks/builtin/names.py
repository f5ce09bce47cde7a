"""Names that are different here and one and the same on macOS and Windows."""

from tierwise.domain.change import Change, Finding, Snapshot, show


def check(
    snapshot: Snapshot, changes: "list[Change]", settings: "dict[str, object]"
) -> "list[Finding]":
    """A finding for each added path that collides with another one, folders included.

    A collision of folders is reported once, at the first path that brings it in.
    """
    added = [change.path for change in changes if change.status == "A"]
    if not added:
        return []
    wanted: dict[str, str] = {}  # folded name of each added path and of its folders -> as written
    for path in added:
        for part in _with_folders(path):
            wanted.setdefault(fold(part), part)
    spellings: dict[str, set[str]] = {}
    seen_folders: set[str] = set()
    for _, _, path in snapshot.entries():
        folder = path.rpartition("/")[0]
        parts = [path] if folder in seen_folders else _with_folders(path)
        seen_folders.add(folder)
        for part in parts:
            folded = fold(part)
            if folded in wanted:
                spellings.setdefault(folded, set()).add(part)
    findings = []
    reported: set[str] = set()
    for path in added:
        for part in reversed(_with_folders(path)):
            folded = fold(part)
            others = sorted(spellings.get(folded, set()) - {part})
            if others and folded not in reported:
                reported.add(folded)
                names = ", ".join(show(other) for other in others)
                findings.append(
                    Finding(path, f"{show(part)} collides with {names} where case does not count")
                )
                break
    return findings


def fold(path: str) -> str:
    """The name as a case-insensitive, normalising file system compares it."""
    if path.isascii():
        return path.lower()
    from unicodedata import normalize

    return normalize("NFC", path).casefold()


def _with_folders(path: str) -> "list[str]":
    """``a/b/c`` -> ``[a/b/c, a/b, a]``."""
    parts = [path]
    while "/" in path:
        path = path.rpartition("/")[0]
        parts.append(path)
    return parts
