"""Where transcripts are, and where the store of what was read of them is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tierwise.errors import TierwiseError


@dataclass(frozen=True)
class Transcript:
    """A transcript file as the walk found it, with the figures of ``os.stat`` that a change of it shows in."""

    path: str
    inode: int
    size: int
    mtime: int
    ctime: int
    is_agent: bool
    """A subagent's, by its name; else a main conversation's."""
    meta: int
    """When the ``.meta.json`` beside it, which names its agent, was changed (nanoseconds); 0 where there is none."""


def find_roots(
    given: Sequence[str | Path] = (), environ: Mapping[str, str] | None = None
) -> list[str]:
    """The folders to look for ``projects/`` in, as real paths, each once.

    ``given`` (the ``--root`` options) replaces the defaults and must exist; without it those of
    ``CLAUDE_CONFIG_DIR`` (a folder, or several between commas), else ``~/.claude`` and ``~/.config/claude``,
    as far as they exist.  Raises TierwiseError for a given folder that is not there.
    """
    environ = os.environ if environ is None else environ
    for root in given:
        if not os.path.isdir(root):
            raise TierwiseError(
                "there is no such folder",
                place=str(root),
                remedy="Name a folder that holds projects/, such as ~/.claude.",
            )
    configured = [
        name.strip() for name in environ.get("CLAUDE_CONFIG_DIR", "").split(",") if name.strip()
    ]
    roots = [str(root) for root in given] or configured or ["~/.claude", "~/.config/claude"]
    found = (os.path.realpath(os.path.expanduser(root)) for root in roots)
    return list(dict.fromkeys(root for root in found if os.path.isdir(root)))


def find_transcripts(roots: Sequence[str]) -> list[Transcript]:
    """Every transcript under ``ROOT/projects``, of sessions, subagents and workflows, in order of their paths."""
    found = {item.path: item for root in roots for item in _walk(os.path.join(root, "projects"))}
    return [found[path] for path in sorted(found)]


def default_store(environ: Mapping[str, str] | None = None) -> Path:
    """Where the user's store is: in the data folder of the system, not its cache, because it is a history."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get("HOME") or Path.home())
    if environ.get("XDG_DATA_HOME"):
        base = Path(environ["XDG_DATA_HOME"])
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif os.name == "nt":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = home / ".local" / "share"
    return base / "tierwise" / "usage.sqlite3"


def _walk(folder: str) -> Iterator[Transcript]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return  # gone, or not ours to read: what is not there tells nothing
    names = {entry.name for entry in listed}
    for entry in listed:
        if entry.name.endswith(".jsonl"):
            if entry.name != "journal.jsonl" and entry.is_file():
                yield _transcript(entry, names)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)


def _transcript(entry: os.DirEntry[str], names: set[str]) -> Transcript:
    stat = os.stat(entry.path)  # an entry of its own has no inode on Windows
    return Transcript(
        entry.path,
        stat.st_ino,
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
        entry.name.startswith("agent-"),
        _changed(entry.path.removesuffix("jsonl") + "meta.json")
        if entry.name.removesuffix("jsonl") + "meta.json" in names
        else 0,
    )


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0  # gone meanwhile
