"""What the next commit will hold, read from git's index and never written."""

from __future__ import annotations

import os

from tierwise.domain.change import Change, Snapshot
from tierwise.git.plumbing import (
    RAW_DIFF,
    find_git_folder,
    list_entries,
    measure_blobs,
    parse_raw,
    read_blob,
    read_blobs,
    read_git,
)

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterator


class GitSnapshot(Snapshot):
    """What was committed before the changes, which the index and the work tree have in common."""

    def old_sizes(self, changes: list[Change]) -> list[int]:
        return measure_blobs(
            self.root,
            [change.old_sha for change in changes],
        )

    def old_content(self, change: Change) -> bytes:
        if change.old_is_module:
            return b""
        return read_blob(self.root, change.old_sha)


class Staged(GitSnapshot):
    """The index of the repository whose work tree is ``root``.  Raises OutsideError where git fails."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.changes = _list_changes(root)
        self._sizes: dict[str, int] = {}
        self._entries: list[tuple[str, str, str]] | None = None
        other = _read_merge_parent(root)
        if other:
            # In a merge only what is in neither parent is new; the rest was checked when it was committed.
            foreign = {change.path for change in _list_changes(root, other)}
            self.changes = [change for change in self.changes if change.path in foreign]

    def sizes(self, changes: list[Change]) -> list[int]:
        if any(change.sha not in self._sizes for change in changes):
            # One call of git for every check that asks.
            names = [change.sha for change in self.changes]
            sizes = measure_blobs(self.root, names)
            self._sizes = dict(zip(names, sizes, strict=True))
        return [self._sizes[change.sha] for change in changes]

    def contents(
        self,
        changes: list[Change],
    ) -> Iterator[tuple[Change, bytes]]:
        return read_blobs(self.root, changes)

    def entries(self) -> list[tuple[str, str, str]]:
        if self._entries is None:
            self._entries = list_entries(self.root)
        return self._entries

    def read(self, path: str) -> bytes | None:
        for _, sha, name in self.entries():
            if name == path:
                return read_blob(self.root, sha)
        return None


def _list_changes(root: str, *against: str) -> list[Change]:
    listing = read_git(root, *RAW_DIFF, "--cached", *against)
    return parse_raw(listing)


def _read_merge_parent(root: str) -> str:
    path = os.path.join(find_git_folder(root), "MERGE_HEAD")
    try:
        with open(path, encoding="ascii") as handle:
            return handle.readline().strip()
    except OSError:
        return ""
