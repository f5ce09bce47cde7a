"""The working tree as a check sees it: what differs from HEAD, untracked files included, read from the disk.

This is what ``tierwise preflight`` and ``tierwise smoke`` look at: an agent's work before it is staged.
"""

import os
import stat

from tierwise.checks.spawn import output
from tierwise.checks.staged import DIFF, blob_sizes, git, list_entries, parse_raw
from tierwise.domain.change import (
    EXECUTABLE,
    GITLINK,
    REGULAR,
    SYMLINK,
    Change,
    Snapshot,
    decode,
    encode,
)
from tierwise.errors import TierwiseError

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

_ZERO = "0" * 40


class WorkTree(Snapshot):
    """The working tree around ``root``.

    ``since`` names a commit or branch to compare with instead of HEAD: what was changed since the two parted, so
    that what others did there meanwhile does not count.  ``everything`` takes every file that git tracks
    or would track.  Raises OutsideError where git fails (no repository, no such commit).
    """

    def __init__(self, root: str, since: str = "", everything: bool = False) -> None:
        self.root = (
            git(root, "rev-parse", "--show-toplevel")
            .decode("utf-8", "surrogateescape")
            .rstrip("\n")
        )
        self._entries: list[tuple[str, str, str]] | None = None
        if everything or not (since or _has_commits(self.root)):
            self.changes = [self._added(path) for _, _, path in self.entries()]
            return
        options = [option for option in DIFF if option != "--cached"]
        changes = parse_raw(git(self.root, *options, _base(self.root, since), "--"))
        changes += [self._added(path) for path in _untracked(self.root)]
        self.changes = sorted(changes, key=lambda change: encode(change.path))

    def sizes(self, changes: "list[Change]") -> "list[int]":
        return [self._size(change) for change in changes]

    def old_sizes(self, changes: "list[Change]") -> "list[int]":
        return blob_sizes(self.root, [change.old_sha for change in changes])

    def contents(self, changes: "list[Change]") -> "Iterator[tuple[Change, bytes]]":
        for change in changes:
            content = self._read(change)
            if content is not None:
                yield change, content

    def old_content(self, change: Change) -> bytes:
        if not change.old_sha.strip("0") or change.old_mode == GITLINK:
            return b""
        return output(["git", "-C", self.root, "cat-file", "blob", change.old_sha])[1]

    def entries(self) -> "list[tuple[str, str, str]]":
        if self._entries is None:
            listed = [entry for entry in list_entries(self.root) if self._mode(entry[2])]
            listed += [(self._mode(path), _ZERO, path) for path in _untracked(self.root)]
            self._entries = sorted(listed, key=lambda entry: encode(entry[2]))
        return self._entries

    def _added(self, path: str) -> Change:
        return Change(path, "A", self._mode(path), _ZERO, "000000", _ZERO)

    def _disk(self, path: str) -> bytes:
        return os.path.join(encode(self.root), encode(path))

    def _mode(self, path: str) -> str:
        try:
            found = os.lstat(self._disk(path)).st_mode
        except OSError:
            return ""
        if stat.S_ISLNK(found):
            return SYMLINK
        if stat.S_ISDIR(found):
            return GITLINK
        return EXECUTABLE if found & 0o100 else REGULAR

    def _size(self, change: Change) -> int:
        try:
            return os.lstat(self._disk(change.path)).st_size if change.status != "D" else 0
        except OSError:
            return 0

    def _read(self, change: Change) -> "bytes | None":
        path = self._disk(change.path)
        try:
            if change.mode == SYMLINK:
                return os.readlink(path)
            with open(path, "rb") as handle:
                return handle.read()
        except OSError:
            return None


def _base(root: str, since: str) -> str:
    if not since:
        return "HEAD"
    if output(["git", "-C", root, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}"])[0]:
        raise TierwiseError(
            f"there is no commit {since} here",
            place="--since",
            remedy="Name a commit, tag or branch of this clone; a shallow clone may lack it (`git fetch --unshallow`).",
        )
    code, parted = output(["git", "-C", root, "merge-base", since, "HEAD"])
    return parted.decode().strip() if code == 0 else since


def _untracked(root: str) -> "list[str]":
    listing = git(root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name")
    return [decode(name) for name in listing.split(b"\0") if name and not name.endswith(b"/")]


def _has_commits(root: str) -> bool:
    return output(["git", "-C", root, "rev-parse", "--verify", "--quiet", "HEAD"])[0] == 0
