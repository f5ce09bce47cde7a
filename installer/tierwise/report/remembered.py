"""Reports that were made already: where nothing that one is made of has changed, its text is printed again.

A text stands for all that went into it: the transcripts as ``os.stat`` tells them, the store, the ledgers, the
policy, the prices, the options and this program.  Whatever differs finds nothing, so what is found is never out of
date, and all of it may be deleted at any time.  Nothing of a report's making is imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tierwise import __version__, ledger
from tierwise.files import read_bytes, write_atomic
from tierwise.report.repositories import map_repositories
from tierwise.transcripts.roots import Transcript

KEEP = 32
"""Reports to remember; the oldest go."""

LedgersOf = Callable[[Sequence[str]], Iterable[str]]

_PACKAGE = os.path.dirname(os.path.dirname(__file__))


def key_of(folders: Sequence[str], transcripts: Sequence[Transcript], words: Sequence[Any]) -> str:
    """What names a report: a digest of the transcripts, this program, the zone and ``words`` (JSON values)."""
    files = [
        (file.path, file.inode, file.size, file.mtime, file.ctime, file.meta)
        for file in transcripts
    ]
    # Zones may share names and offsets and change at other dates, so the machine's setting counts, too.
    zone = (time.tzname, time.timezone, time.altzone, os.environ.get("TZ"), _stat("/etc/localtime"))
    made = [__version__, _code(), folders, files, zone, words]
    return hashlib.sha256(json.dumps(made, default=str).encode()).hexdigest()


def recall_report(store: str, key: str, ledgers_of: LedgersOf) -> str | None:
    """The text that :func:`remember_report` was given under that key; None where there is none, or it no longer holds.

    ``ledgers_of`` tells the folders with ledgers from those that the calls were made in.
    """
    try:
        found = json.loads(read_bytes(_path(store, key)) or b"null")
        if (
            found["store"] == _store(store)
            and found["ledgers"] == sign_ledgers(ledgers_of(found["projects"]))
            and found["repositories"] == map_repositories(found["projects"])
        ):
            return str(found["text"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # none, or not whole
    return None


def remember_report(
    store: str, key: str, text: str, projects: Sequence[str], ledgers: list[list[Any]]
) -> None:
    """Keep a report's text, with the folders its calls were made in and the ledgers' signature before they were read.

    A disk that refuses is passed over: the next report is then made anew.
    """
    path = _path(store, key)
    entry = {
        "store": _store(store),
        "projects": projects,
        "repositories": map_repositories(projects),
        "ledgers": ledgers,
        "text": text,
    }
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomic(path, json.dumps(entry).encode())
        kept = sorted(
            (item.stat().st_mtime_ns, item.path) for item in os.scandir(os.path.dirname(path))
        )
        for _, old in kept[:-KEEP]:
            os.unlink(old)
    except OSError:
        pass


def sign_ledgers(ledgers: Iterable[str]) -> list[list[Any]]:
    """What a change of the ledgers of these folders shows in."""
    found: list[list[Any]] = []
    for folder in ledgers:
        for name in ledger.files(folder):
            try:
                stat = os.lstat(name)
            except OSError:
                continue  # turned over just now: the others have changed, too
            found.append([name, stat.st_ino, stat.st_size, stat.st_mtime_ns])
    return found


def _path(store: str, key: str) -> str:
    return os.path.join(os.path.dirname(store), "reports", f"{key}.json")


def _store(path: str) -> list[list[int]]:
    """What a change of the store shows in: it also knows calls of transcripts that are gone."""
    return [_stat(path), _stat(f"{path}-wal")]


def _stat(path: str) -> list[int]:
    try:
        stat = os.stat(path)
    except OSError:
        return []
    return [stat.st_ino, stat.st_size, stat.st_mtime_ns]


def _code() -> list[int]:
    """The newest change of the code that makes reports and of its prices: a checkout changes without a version."""
    folders = [
        os.path.join(_PACKAGE, name)
        for name in ("", "cli", "domain", "pricing", "transcripts", "report", "report/findings")
    ]
    files = [
        entry
        for folder in folders
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".json"))
    ]
    stats = [entry.stat() for entry in files]
    # An installer may give every file the same old time; then its status was changed, or its size is another.
    return [
        len(files),
        sum(stat.st_size for stat in stats),
        max(stat.st_mtime_ns for stat in stats),
        max(stat.st_ctime_ns for stat in stats),
    ]
