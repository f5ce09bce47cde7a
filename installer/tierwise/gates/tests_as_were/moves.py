"""Files of the product that are elsewhere now, or of another format, and how others name them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.definitions import list_definitions
from tierwise.git.snapshot import Change

_LEAST_STEM = 3  # letters of a file's stem that stands for its file
_DATA_ENDS = frozenset(
    (".ini", ".toml", ".json", ".yaml", ".yml", ".csv", ".tsv", ".xml", ".txt", ".cfg")
)


def find_moves(changes: Sequence[Change]) -> dict[str, str]:
    """Files of the product that are elsewhere now: as git sees it, or by what they define."""
    product = [change for change in changes if not decides(change.path)]
    moves = {change.old_path: change.path for change in product if change.old_path}
    added = [change for change in product if change.before is None and not change.old_path]
    for change in product:
        if change.after is not None or change.before is None:
            continue
        names = _list_names(change.path, change.before)
        for candidate in added:
            has_names = names and names <= _list_names(candidate.path, candidate.after or b"")
            if has_names or _is_other_format(change.path, candidate.path):
                moves[change.path] = candidate.path
    return moves


def _is_other_format(old: str, new: str) -> bool:
    """Whether two files of data differ in nothing but the ends of their names."""
    stem, old_end = posixpath.splitext(old)
    other, new_end = posixpath.splitext(new)
    return stem == other and _DATA_ENDS.issuperset((old_end, new_end))


def _list_names(path: str, data: bytes) -> set[str]:
    """What a file defines."""
    return {found.name for found in list_definitions(path, data)}


def spell_move(old: str, new: str) -> set[tuple[str, str]]:
    """A move as imports, includes and scripts write it."""
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
    return {pair for pair in pairs if pair[0] and pair[0] != pair[1]}
