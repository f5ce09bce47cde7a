"""The work tree as a check sees it: what differs from HEAD, untracked files included, read from the disk.

This is what ``tierwise preflight`` and ``tierwise smoke`` look at: an agent's work before it is staged.
"""

from __future__ import annotations

import os
import stat

from tierwise.checks.staged import GitSnapshot
from tierwise.domain.change import (
    EXECUTABLE,
    GITLINK,
    REGULAR,
    SYMLINK,
    Change,
    decode_path,
    encode_path,
)
from tierwise.errors import TierwiseError
from tierwise.git.plumbing import (
    NO_BLOB,
    RAW_DIFF,
    find_commit,
    list_entries,
    list_untracked,
    parse_raw,
    read_git,
    read_git_line,
)

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_MODE = "000000"


class WorkTree(GitSnapshot):
    """The work tree around ``root``.

    ``since`` names a commit or branch to compare with instead of HEAD: what was changed since the two parted, so
    that what others did there meanwhile does not count.  ``everything`` takes every file that git tracks
    or would track.  Raises OutsideError where git fails (no repository, no such commit).
    """

    def __init__(
        self,
        root: str,
        since: str = "",
        everything: bool = False,
    ) -> None:
        self.root = decode_path(read_git(root, "rev-parse", "--show-toplevel")).rstrip("\n")
        self._entries: list[tuple[str, str, str]] | None = None
        if everything or not (since or find_commit(self.root, "HEAD")):
            self.changes = [self._describe_new(path) for _, _, path in self.entries()]
            return
        base = _find_base(self.root, since)
        listing = read_git(self.root, *RAW_DIFF, base, "--")
        changes = parse_raw(listing)
        changes += [self._describe_new(path) for path in list_untracked(self.root)]
        self.changes = sorted(
            changes,
            key=lambda change: encode_path(change.path),
        )

    def sizes(self, changes: list[Change]) -> list[int]:
        return [self._measure_change(change) for change in changes]

    def contents(
        self,
        changes: list[Change],
    ) -> Iterator[tuple[Change, bytes]]:
        for change in changes:
            is_link = change.mode == SYMLINK
            content = self._read_file(change.path, is_link)
            if content is not None:
                yield change, content

    def entries(self) -> list[tuple[str, str, str]]:
        if self._entries is None:
            listed = [entry for entry in list_entries(self.root) if self._find_mode(entry[2])]
            untracked = list_untracked(self.root)
            listed += [(self._find_mode(path), NO_BLOB, path) for path in untracked]
            self._entries = sorted(
                listed,
                key=lambda entry: encode_path(entry[2]),
            )
        return self._entries

    def read(self, path: str) -> bytes | None:
        is_file = self._find_mode(path) in (REGULAR, EXECUTABLE)
        if not is_file:
            return None
        return self._read_file(path, is_link=False)

    def _describe_new(self, path: str) -> Change:
        return Change(
            path,
            "A",
            self._find_mode(path),
            NO_BLOB,
            _NO_MODE,
            NO_BLOB,
        )

    def _locate_file(self, path: str) -> bytes:
        return os.path.join(
            encode_path(self.root),
            encode_path(path),
        )

    def _find_mode(self, path: str) -> str:
        """Return git's mode of a path on the disk; empty where nothing is there."""
        try:
            found = os.lstat(self._locate_file(path)).st_mode
        except OSError:
            return ""
        if stat.S_ISLNK(found):
            return SYMLINK
        if stat.S_ISDIR(found):
            return GITLINK
        if found & stat.S_IXUSR:
            return EXECUTABLE
        return REGULAR

    def _measure_change(self, change: Change) -> int:
        if change.status == "D":
            return 0
        try:
            return os.lstat(self._locate_file(change.path)).st_size
        except OSError:
            return 0

    def _read_file(
        self,
        path: str,
        is_link: bool,
    ) -> bytes | None:
        place = self._locate_file(path)
        try:
            if is_link:
                return os.readlink(place)
            with open(place, "rb") as handle:
                return handle.read()
        except OSError:
            return None


def _find_base(root: str, since: str) -> str:
    """Return what to compare with: HEAD, or where ``since`` and HEAD parted."""
    if not since:
        return "HEAD"
    if not find_commit(root, since):
        raise TierwiseError(
            f"there is no commit {since} here",
            place="--since",
            remedy="Name a commit, tag or branch of this clone; a shallow clone may lack it (`git fetch --unshallow`).",
        )
    return read_git_line(root, "merge-base", since, "HEAD") or since
