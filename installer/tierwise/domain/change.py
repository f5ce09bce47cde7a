"""What a set of files looks like to a check: changes, and the snapshot they are read from.

Plain slotted classes: ``dataclasses`` costs a hook more than all the checks together.
"""

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REGULAR, EXECUTABLE, SYMLINK, GITLINK = "100644", "100755", "120000", "160000"


class Change:
    """One path that a commit (or the working tree) adds, changes or deletes.

    ``path`` is decoded with surrogateescape, so that every name survives.  ``status`` is git's letter
    (A, M, D or T).  ``sha`` and ``old_sha`` are blob names, all zeros where there is none.  ``moved`` says
    that the same content was deleted elsewhere in the same commit: it is a rename, not something new.
    """

    __slots__ = (
        "mode",
        "moved",
        "old_mode",
        "old_sha",
        "path",
        "sha",
        "status",
    )

    def __init__(
        self,
        path: str,
        status: str,
        mode: str,
        sha: str,
        old_mode: str,
        old_sha: str,
    ) -> None:
        self.path = path
        self.status = status
        self.mode = mode
        self.sha = sha
        self.old_mode = old_mode
        self.old_sha = old_sha
        self.moved = False

    @property
    def old_is_module(self) -> bool:
        """Whether the path was a submodule before."""
        return self.old_mode == GITLINK

    @property
    def is_file(self) -> bool:
        """Whether the change leaves a regular file behind (not a deletion, link or submodule)."""
        return self.mode in (REGULAR, EXECUTABLE) and self.status != "D"


class Finding:
    """One fault that a check found.

    ``line`` and ``column`` count from 1; 0 means the file as a whole.  ``evidence`` is the text that the
    fault consists of, never printed: where it was in the file's last committed version already, the commit
    at hand is not what brought it in, and the finding is dropped.
    """

    __slots__ = (
        "column",
        "evidence",
        "line",
        "message",
        "path",
    )

    def __init__(
        self,
        path: str,
        message: str,
        line: int = 0,
        column: int = 0,
        evidence: bytes = b"",
    ) -> None:
        self.path = path
        self.message = message
        self.line = line
        self.column = column
        self.evidence = evidence


class Snapshot:
    """Files as a check sees them.

    :class:`~tierwise.checks.staged.Staged` reads git's index, :class:`~tierwise.checks.worktree.WorkTree` the disk.
    ``root`` is the working tree's top folder and ``changes`` what is to be checked, sorted by path.
    """

    root: str
    changes: "list[Change]"

    def sizes(self, changes: "list[Change]") -> "list[int]":
        """Return bytes of each change's new content, 0 where there is none."""
        raise NotImplementedError

    def old_sizes(self, changes: "list[Change]") -> "list[int]":
        """Return bytes of each change's content before, 0 where there was none."""
        raise NotImplementedError

    def contents(
        self,
        changes: "list[Change]",
    ) -> "Iterator[tuple[Change, bytes]]":
        """Yield (change, content) one at a time; a symbolic link's content is its target."""
        raise NotImplementedError

    def old_content(self, change: Change) -> bytes:
        """Return the content before the change, empty where there was none."""
        raise NotImplementedError

    def entries(self) -> "list[tuple[str, str, str]]":
        """Return (mode, blob name, path) of everything the snapshot holds, changed or not."""
        raise NotImplementedError

    def read(self, path: str) -> "bytes | None":
        """Return the content of one path, changed or not; None where the snapshot holds no such file."""
        raise NotImplementedError


def decode_path(name: bytes) -> str:
    """Return a path as text that :func:`encode_path` turns back into the same bytes."""
    return name.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    """Return a decoded path as the bytes that git and the disk know it by."""
    return path.encode("utf-8", "surrogateescape")


def add_folders(paths: "Iterable[str]") -> "set[str]":
    """Return the paths and every folder above one; the top is the empty one."""
    found = {""}
    for path in paths:
        while path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return found


# As git names them in a quoted path; every other control character is three octal digits.
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
}


def show_path(path: str) -> str:
    """Return a path safe to print on one line: control characters, quotes and foreign bytes as git quotes them."""
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    pieces = []
    for character in path:
        if character in _ESCAPES:
            pieces.append(_ESCAPES[character])
        elif character.isprintable():
            pieces.append(character)
        else:
            pieces.extend(f"\\{byte:03o}" for byte in encode_path(character))
    return '"' + "".join(pieces) + '"'
