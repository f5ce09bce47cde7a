"""What in-session gating remembers of one agent: its base, its edits' hashes, how often it was sent back.

``.tierwise/local/in_session/<session>-<agent>.jsonl``, append-only, so that two tool calls at once lose nothing.
Standard library only: hooks import this.
"""

from tierwise import fastjson, local_state
from tierwise.files import safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FOLDER = "in_session"
_FILES_KEPT = 200  # files of older sessions are taken away beyond this


class SessionState:
    """One agent of one session; the main session is the agent ``main``."""

    def __init__(
        self,
        root: str,
        payload: "Mapping[str, Any]",
    ) -> None:
        self._root = root
        agent = payload.get("agent_id") or "main"
        session = safe_name(str(payload.get("session_id")))
        self._name = f"{session}-{safe_name(str(agent))}.jsonl"
        self._rows: list[dict[str, Any]] | None = None

    def add(self, row: "dict[str, Any]") -> None:
        """Remember one thing.  Raises OSError."""
        known = self._read_rows()
        fresh = not local_state.has_file(self._root, FOLDER, self._name)
        line = fastjson.dumps(row).encode() + b"\n"
        local_state.append(
            self._root,
            FOLDER,
            self._name,
            data=line,
        )
        known.append(row)
        if fresh:
            _drop_old(self._root)

    def hashes(self, path: str) -> "list[str]":
        """Return the contents that a file has had, in order, as hashes."""
        rows = [row for row in self._read_rows() if row.get("path") == path]
        return [str(row["hash"]) for row in rows]

    def circular(self, since: object = None) -> "list[str]":
        """Return the files that came back to an earlier content, once for each time; ``since`` a moment, from then on."""
        rows = self._list_with("circular")
        if isinstance(since, float):
            rows = [row for row in rows if _read_moment(row) >= since]
        return [str(row["path"]) for row in rows]

    def sent_back(self) -> int:
        """Tell how often the agent was sent back."""
        return len(self._list_with("sent_back"))

    def base(self) -> str:
        """Return the tree that the agent started from; empty where nobody noted it."""
        for row in self._list_with("base"):
            return str(row["base"])
        return ""

    def _list_with(self, key: str) -> "list[dict[str, Any]]":
        return [row for row in self._read_rows() if row.get(key)]

    def _read_rows(self) -> "list[dict[str, Any]]":
        if self._rows is None:
            self._rows = []
            data = local_state.read(self._root, FOLDER, self._name) or b""
            for line in data.split(b"\n"):
                if line[:1] != b"{":
                    continue
                row = fastjson.read_object(line)
                if row:  # not torn by a crash
                    self._rows.append(row)
        return self._rows


def _read_moment(row: "Mapping[str, Any]") -> float:
    moment = row.get("at")
    if not isinstance(moment, float):
        return 0.0  # written before moments were
    return moment


def _drop_old(root: str) -> None:
    with local_state.Folder(root, FOLDER) as folder:
        names = folder.names()
        if len(names) <= _FILES_KEPT:
            return
        names.sort(key=lambda name: _changed_at(folder, name))
        for name in names[: len(names) - _FILES_KEPT]:
            folder.remove(name)


def _changed_at(folder: local_state.Folder, name: str) -> float:
    try:
        return folder.stat(name).st_mtime
    except OSError:
        return 0.0
