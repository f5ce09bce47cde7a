"""Files of the product that are elsewhere now, or of another format, and how others name them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.definitions import list_definitions
from tierwise.git.snapshot import TreeChange

_LEAST_STEM = 3  # letters of a file's stem that stands for its file
_DATA_ENDS = frozenset(
    (
        ".ini",
        ".toml",
        ".json",
        ".yaml",
        ".yml",
        ".csv",
        ".tsv",
        ".xml",
        ".txt",
        ".cfg",
    )
)


def find_moves(changes: Sequence[TreeChange]) -> dict[str, str]:
    """Find files of the product that are elsewhere now: as git sees it, or by what they define."""
    product = [change for change in changes if not decides(change.path)]
    seen = {change.old_path: change.path for change in product if change.old_path}
    return seen | _find_unseen_moves(product)


def _find_unseen_moves(product: Sequence[TreeChange]) -> dict[str, str]:
    """Find files that are gone for git, and the last new one each that has what they had."""
    added = [change for change in product if change.before is None and not change.old_path]
    gone = [change for change in product if change.after is None and change.before is not None]
    found = {}
    for change in gone:
        for other in added:
            if _is_moved_to(change, other):
                found[change.path] = other.path
    return found


def _is_moved_to(gone: TreeChange, added: TreeChange) -> bool:
    """Tell whether a new file defines all that a gone one did, or has its data in another format."""
    names = _list_names(gone.path, gone.before or b"")
    if names and names <= _list_names(added.path, added.after or b""):
        return True
    return _is_other_format(gone.path, added.path)


def _is_other_format(old: str, new: str) -> bool:
    """Tell whether two files of data differ in nothing but the ends of their names."""
    stem, old_end = posixpath.splitext(old)
    other, new_end = posixpath.splitext(new)
    return stem == other and _DATA_ENDS.issuperset((old_end, new_end))


def _list_names(path: str, data: bytes) -> set[str]:
    """List what a file defines."""
    return {found.name for found in list_definitions(path, data)}


def spell_move(old: str, new: str) -> set[tuple[str, str]]:
    """Spell a move as imports, includes and scripts write it."""
    bare_old, _ = posixpath.splitext(old)
    bare_new, _ = posixpath.splitext(new)
    pairs = {
        (old, new),
        (bare_old, bare_new),
        (bare_old.replace("/", "."), bare_new.replace("/", ".")),
        (posixpath.basename(old), posixpath.basename(new)),
    }
    stem_old = posixpath.basename(bare_old)
    stem_new = posixpath.basename(bare_new)
    if len(stem_old) >= _LEAST_STEM:
        pairs.add((stem_old, stem_new))
    return {(was, now) for was, now in pairs if was and was != now}
