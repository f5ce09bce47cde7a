"""What in-session gating remembers of one agent: its base, its edits' hashes, how often it was sent back.

``.tierwise/local/in_session/<session>-<agent>.jsonl``, append-only, so that two tool calls at once lose nothing.
Standard library only: hooks import this.
"""

import os

from tierwise import fastjson, ledger, repo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLDERS_KEPT = 200  # files of older sessions are taken away beyond this


class SessionState:
    """One agent of one session; the main session is the agent ``main``."""

    def __init__(self, root: str, payload: "dict[str, Any]") -> None:
        self._root = root
        names = (payload.get("session_id"), payload.get("agent_id") or "main")
        name = "-".join(
            "".join(c if c.isalnum() or c == "-" else "_" for c in str(part)) for part in names
        )
        self._path = repo.local(root, "in_session", name + ".jsonl")
        self._rows: list[dict[str, Any]] | None = None

    def add(self, row: "dict[str, Any]") -> None:
        """Remember one thing.  Raises OSError."""
        folder = os.path.dirname(self._path)
        if not os.path.isdir(folder):
            ledger.make_folder(repo.local(self._root))
            os.makedirs(folder, exist_ok=True)
        fresh = not os.path.exists(self._path)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, fastjson.dumps(row).encode() + b"\n")
        finally:
            os.close(descriptor)
        self._read().append(row)
        if fresh:
            _drop_old(folder)

    def hashes(self, path: str) -> "list[str]":
        """The contents that a file has had, in order, as hashes."""
        return [str(row["hash"]) for row in self._read() if row.get("path") == path]

    def circular(self) -> "list[str]":
        """The files that came back to an earlier content, once for each time."""
        return [str(row["path"]) for row in self._read() if row.get("circular")]

    def sent_back(self) -> int:
        """How often the agent was sent back."""
        return sum(1 for row in self._read() if row.get("sent_back"))

    def base(self) -> str:
        """The tree that the agent started from; empty where nobody noted it."""
        return next((str(row["base"]) for row in self._read() if row.get("base")), "")

    def _read(self) -> "list[dict[str, Any]]":
        if self._rows is None:
            self._rows = []
            try:
                with open(self._path, "rb") as handle:
                    lines = handle.read().split(b"\n")
            except OSError:
                lines = []
            for line in lines:
                try:
                    row = fastjson.loads(line) if line[:1] == b"{" else None
                except ValueError:
                    continue  # torn by a crash
                if isinstance(row, dict):
                    self._rows.append(row)
        return self._rows


def _drop_old(folder: str) -> None:
    names = os.listdir(folder)
    if len(names) <= _FOLDERS_KEPT:
        return
    paths = [os.path.join(folder, name) for name in names]
    for path in sorted(paths, key=_age)[: len(paths) - _FOLDERS_KEPT]:
        try:
            os.unlink(path)
        except OSError:
            continue


def _age(path: str) -> float:
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0
