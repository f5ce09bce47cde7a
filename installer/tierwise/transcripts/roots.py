"""Where transcripts are, and where the store of what was read of them is."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence

from tierwise.errors import TierwiseError
from tierwise.user_folders import find_data_folder

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from pathlib import Path

_DEFAULT_ROOTS = ("~/.claude", "~/.config/claude")
_ENDING = ".jsonl"
_META = ".meta.json"
_JOURNAL = "journal.jsonl"
_NO_TEXT = "the name is no UTF-8 text"


class Transcript:
    """A transcript file as the walk found it, with the figures of ``os.stat`` that a change of it shows in.

    ``is_agent``  a subagent's, by its name; else a main conversation's
    ``meta``      when the ``.meta.json`` beside it, which names its agent, was changed
                  (nanoseconds); 0 where there is none
    """

    __slots__ = (
        "ctime",
        "inode",
        "is_agent",
        "meta",
        "mtime",
        "path",
        "size",
    )

    def __init__(
        self,
        path: str,
        status: os.stat_result,
        meta: int,
    ) -> None:
        self.path = path
        self.inode = status.st_ino
        self.size = status.st_size
        self.mtime = status.st_mtime_ns
        self.ctime = status.st_ctime_ns
        self.is_agent = os.path.basename(path).startswith("agent-")
        self.meta = meta


def find_roots(
    given: Sequence[str | Path] = (), environ: Mapping[str, str] = os.environ
) -> list[str]:
    """Return the folders to look for ``projects/`` in, as real paths, each once.

    ``given`` (the ``--root`` options) replaces the defaults and must exist; without it those of
    ``CLAUDE_CONFIG_DIR`` (a folder, or several between commas), else ``~/.claude`` and ``~/.config/claude``,
    as far as they exist.  Raises TierwiseError for a given folder that is not there, or whose name is no text.
    """
    for root in given:
        if not os.path.isdir(root):
            raise TierwiseError(
                "there is no such folder",
                place=str(root),
                remedy="Name a folder that holds projects/, such as ~/.claude.",
            )
        if not _is_text(os.path.realpath(root)):
            raise TierwiseError(
                f"{_NO_TEXT}, and cannot be kept in the store",
                place=str(root),
                remedy="Rename it.",
            )
    places = _list_places(given, environ)
    return [root for root in places if os.path.isdir(root) and _is_text(root)]


def describe_search(given: Sequence[str | Path] = ()) -> list[str]:
    """Return where transcripts were looked for, a line a place, and what is wrong with it where something is."""
    return [f"{root}: {_state_of(root)}" for root in _list_places(given)]


class Search:
    """What lies below the folders that were entered.

    ``left_out``  what may hold transcripts and is not read, a line each with the cause: folders that
                  cannot be read, links to folders, folders that were named and hold none
    """

    def __init__(self) -> None:
        self.left_out: list[str] = []
        self._found: dict[str, Transcript] = {}

    def list_transcripts(self) -> list[Transcript]:
        """Return those of sessions, subagents and workflows, each once, in order of their paths."""
        return [self._found[path] for path in sorted(self._found)]

    def enter(self, folder: str) -> None:
        """Look through a folder and those below it."""
        try:
            with os.scandir(folder) as listed:
                entries = sorted(
                    listed,
                    key=lambda entry: entry.name,
                )
        except OSError as error:
            self.left_out.append(f"{folder}: cannot be read ({error.strerror})")
            return
        names = {entry.name for entry in entries}
        for entry in entries:
            if not _is_text(entry.path):
                self.left_out.append(f"{entry.path}: {_NO_TEXT}")
                continue
            # By their paths: asking an entry for what a link leads to fails where it leads in a circle.
            if entry.name.endswith(_ENDING):
                self._take_file(entry, names)
            elif entry.is_dir(follow_symlinks=False):
                self.enter(entry.path)
            elif entry.is_symlink() and os.path.isdir(entry.path):
                self.left_out.append(f"{entry.path}: a link to a folder, which is not followed")

    def _take_file(
        self,
        entry: os.DirEntry[str],
        names: set[str],
    ) -> None:
        if entry.name == _JOURNAL:
            return
        try:
            status = os.stat(entry.path)  # an entry of its own has no inode on Windows
        except OSError:
            return  # a link that leads nowhere, or a file that went meanwhile
        if stat.S_ISREG(status.st_mode):
            self._found[entry.path] = _make_transcript(
                entry,
                status,
                names,
            )


def search_projects(given: Sequence[str | Path] = ()) -> Search:
    """Look through ``projects/`` of the folders that :func:`find_roots` finds."""
    named = bool(given) or bool(_list_configured(os.environ))
    search = Search()
    for root in _list_places(given):
        projects = os.path.join(root, "projects")
        if not _is_text(root):
            search.left_out.append(f"{root}: {_NO_TEXT}")
        elif os.path.isdir(projects):
            search.enter(projects)
        elif named:
            search.left_out.append(f"{root}: {_state_of(root)}")
    return search


def _list_places(
    given: Sequence[str | Path],
    environ: Mapping[str, str] = os.environ,
) -> list[str]:
    """Return the folders to look in, as real paths, each once, also those that are not there."""
    roots = [str(root) for root in given] or _list_configured(environ) or list(_DEFAULT_ROOTS)
    real = [os.path.realpath(os.path.expanduser(root)) for root in roots]
    return list(dict.fromkeys(real))


def _list_configured(environ: Mapping[str, str]) -> list[str]:
    value = environ.get("CLAUDE_CONFIG_DIR", "")
    names = [name.strip() for name in value.split(",")]
    return list(filter(None, names))


def _is_text(path: str) -> bool:
    """Return whether a path's bytes are UTF-8: what is not cannot be kept in the store."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _state_of(root: str) -> str:
    if not os.path.isdir(root):
        return "there is no such folder"
    if os.path.isdir(os.path.join(root, "projects")):
        return "read"
    if os.path.basename(root) == "projects":
        return f"holds no projects/; name the folder above it, {os.path.dirname(root)}"
    return "holds no projects/"


def find_transcripts(roots: Sequence[str]) -> list[Transcript]:
    """Return every transcript under ``ROOT/projects``, of sessions, subagents and workflows, in order of their paths."""
    search = Search()
    for root in roots:
        search.enter(os.path.join(root, "projects"))
    return search.list_transcripts()


def default_store(environ: Mapping[str, str] = os.environ) -> str:
    """Return where the user's store is: in the data folder of the system, not its cache, because it is a history."""
    return os.path.join(find_data_folder(environ), "usage.sqlite3")


def _make_transcript(
    entry: os.DirEntry[str], status: os.stat_result, names: set[str]
) -> Transcript:
    meta_changed = 0
    if entry.name.removesuffix(_ENDING) + _META in names:
        meta_changed = _find_change(entry.path.removesuffix(_ENDING) + _META)
    return Transcript(entry.path, status, meta_changed)


def _find_change(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0  # gone meanwhile
