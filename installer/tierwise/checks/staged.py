"""What the next commit will hold, read from git's index and never written: ``git diff --cached`` says what
changed, ``git cat-file --batch`` hands over the blobs.

git sets ``GIT_INDEX_FILE`` for ``git commit PATH`` and ``git commit -a``; the git processes started here
inherit it, so what is read is what will be committed, not what happens to lie in ``.git/index``.
"""

import os

from tierwise.checks.spawn import Child, output
from tierwise.domain.change import GITLINK, Change, Snapshot, decode
from tierwise.errors import OutsideError

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

# Settings of the user's that would change the listing are overridden; renames are told by blob name below.
DIFF = [
    "diff",
    "--cached",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-color",
]
# So many requests of 41 to 65 bytes each fit into the smallest pipe, hence never block.
_REQUESTS = 200


class Staged(Snapshot):
    """The index of the repository whose working tree is ``root``.  Raises OutsideError where git fails."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.changes = _changes(root)
        other = _merge_parent(root)
        if other:
            # In a merge only what is in neither parent is new; the rest was checked when it was committed.
            foreign = {change.path for change in _changes(root, other)}
            self.changes = [change for change in self.changes if change.path in foreign]
        self._sizes: dict[str, int] = {}
        self._entries: list[tuple[str, str, str]] | None = None

    def sizes(self, changes: "list[Change]") -> "list[int]":
        if any(change.sha not in self._sizes for change in changes):
            names = [
                change.sha for change in self.changes
            ]  # one call of git for every check that asks
            self._sizes = dict(zip(names, blob_sizes(self.root, names), strict=True))
        return [self._sizes[change.sha] for change in changes]

    def old_sizes(self, changes: "list[Change]") -> "list[int]":
        return blob_sizes(self.root, [change.old_sha for change in changes])

    def contents(self, changes: "list[Change]") -> "Iterator[tuple[Change, bytes]]":
        wanted = [change for change in changes if change.mode != GITLINK and change.sha.strip("0")]
        if not wanted:
            return
        child = Child(["git", "-C", self.root, "cat-file", "--batch"])
        try:
            for start in range(0, len(wanted), _REQUESTS):
                batch = wanted[start : start + _REQUESTS]
                child.write("".join(change.sha + "\n" for change in batch).encode())
                for change in batch:
                    yield change, _read_blob(child)
        finally:
            child.finish()

    def old_content(self, change: Change) -> bytes:
        if not change.old_sha.strip("0") or change.old_mode == GITLINK:
            return b""
        return output(["git", "-C", self.root, "cat-file", "blob", change.old_sha])[1]

    def entries(self) -> "list[tuple[str, str, str]]":
        if self._entries is None:
            self._entries = list_entries(self.root)
        return self._entries


def list_entries(root: str) -> "list[tuple[str, str, str]]":
    """(mode, blob name, path) of every path in the index."""
    found = []
    for record in git(root, "ls-files", "--stage", "-z", "--full-name").split(b"\0"):
        if record:
            facts, _, path = record.partition(b"\t")
            mode, sha, _stage = facts.decode("ascii").split(" ")
            found.append((mode, sha, decode(path)))
    return found


def parse_raw(listing: bytes) -> "list[Change]":
    """The changes in what ``git diff --raw -z --no-renames`` printed; unmerged paths are left out."""
    fields = listing.split(b"\0")
    changes = []
    for facts, path in zip(fields[0::2], fields[1::2], strict=False):
        old_mode, mode, old_sha, sha, status = facts.decode("ascii").lstrip(":").split(" ")
        if status != "U":
            changes.append(Change(decode(path), status[0], mode, sha, old_mode, old_sha))
    deleted = {change.old_sha for change in changes if change.status == "D"}
    for change in changes:
        change.moved = change.status == "A" and change.sha in deleted
    return changes


def git_folder(root: str) -> str:
    """The folder with HEAD, MERGE_HEAD and the like: this working tree's own, not the shared one."""
    named = os.environ.get("GIT_DIR")
    if named:
        return os.path.join(root, named)
    path = os.path.join(root, ".git")
    if not os.path.isfile(path):
        return path
    with open(path, encoding="utf-8", errors="surrogateescape") as handle:
        return os.path.join(root, handle.read().removeprefix("gitdir:").strip())


def _changes(root: str, *against: str) -> "list[Change]":
    return parse_raw(git(root, *DIFF, *against))


def _merge_parent(root: str) -> str:
    try:
        with open(os.path.join(git_folder(root), "MERGE_HEAD"), encoding="ascii") as handle:
            return handle.readline().strip()
    except OSError:
        return ""


def git(root: str, *arguments: str) -> bytes:
    """What a git command prints, as bytes.  Raises OutsideError when it fails; git has then said why."""
    code, text = output(["git", "-C", root, *arguments])
    if code:
        raise OutsideError(f"git {arguments[0]} failed with exit code {code}", place=root)
    return text


def blob_sizes(root: str, names: "list[str]") -> "list[int]":
    """Bytes of each blob; 0 for the name of all zeros and for what this clone does not hold."""
    sizes = {name: 0 for name in names if name.strip("0")}
    if sizes:
        asked = list(sizes)
        child = Child(["git", "-C", root, "cat-file", "--batch-check=%(objectname) %(objectsize)"])
        try:
            for start in range(0, len(asked), _REQUESTS):
                batch = asked[start : start + _REQUESTS]
                child.write("".join(name + "\n" for name in batch).encode())
                for name in batch:
                    size = child.output.readline().split()[1]
                    sizes[name] = int(size) if size.isdigit() else 0
        finally:
            child.finish()
    return [sizes.get(name, 0) for name in names]


def _read_blob(child: Child) -> bytes:
    header = child.output.readline().split()
    if len(header) != 3 or not header[2].isdigit():
        return b""  # not in this clone (a partial one): nothing to check
    content = child.output.read(int(header[2]))
    child.output.read(1)
    return bytes(content)
