"""Reports that were made already: where nothing that one is made of has changed, its text is printed again.

A text stands for all that went into it: the transcripts as ``os.stat`` tells them, the store, the ledgers, the
policy, the prices, the options and this program.  Whatever differs finds nothing, so what is found is never out of
date, and all of it may be deleted at any time.  Nothing of a report's making is imported.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence

from tierwise import __version__, fastjson, ledger
from tierwise.digests import hash_sha256
from tierwise.files import read_bytes, write_atomic
from tierwise.report.repositories import map_repositories
from tierwise.shown import takes_unicode
from tierwise.transcripts.roots import Transcript

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from typing import Any, Protocol

    from tierwise.domain.table_shape import Table

    class Found(Protocol):
        """What is found before a report is made."""

        @property
        def root(self) -> str | None: ...
        @property
        def table(self) -> Table: ...
        @property
        def folders(self) -> list[str]: ...
        @property
        def transcripts(self) -> list[Transcript]: ...
        @property
        def client_settings(self) -> dict[str, Any]: ...


KEEP = 32
"""Reports to remember; the oldest go."""

NO_FILTERS = (None, None, None, None)
LedgersOf = Callable[[Sequence[str]], Iterable[str]]
_PACKAGE = os.path.dirname(os.path.dirname(__file__))


def ask_for(
    form: str,
    by: str,
    today: str,
    filters: Sequence[str | None] = NO_FILTERS,
    window: str = "",
) -> list[object]:
    """Return all that a person asked for, as far as the text of a report hangs on it.

    ``today`` ends the last week.  ``window`` is empty for all there is, in the machine's own zone.
    """
    return [form, by, today, filters, window, takes_unicode()]


def key_of(found: Found, asked: list[object]) -> str:
    """Return what names a report: a digest of all that goes into it, this program and the zone included."""
    files = [
        (file.path, file.inode, file.size, file.mtime, file.ctime, file.meta)
        for file in found.transcripts
    ]
    # Zones may share names and offsets and change at other dates, so the machine's setting counts, too.
    zone = (
        time.tzname,
        time.timezone,
        time.altzone,
        os.environ.get("TZ"),
        _stat("/etc/localtime"),
    )
    policy = (found.root, found.table, found.client_settings)
    made = [
        __version__,
        _code(),
        found.folders,
        files,
        zone,
        policy,
        asked,
    ]
    return hash_sha256(fastjson.dumps(made).encode())


def has_reports(store: str) -> bool:
    """Return whether any report was ever remembered beside ``store``."""
    return os.path.isdir(_folder(store))


def recall_report(
    store: str,
    key: str,
    ledgers_of: LedgersOf,
) -> str | None:
    """Return the text that :func:`remember_report` was given under that key; None where there is none, or it no longer holds.

    ``ledgers_of`` tells the folders with ledgers from those that the calls were made in.
    """
    try:
        found: Any = fastjson.loads(read_bytes(_path(store, key)) or b"null")
        if _holds(found, store, ledgers_of):
            return str(found["text"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # none, or not whole
    return None


def _holds(
    found: Any,
    store: str,
    ledgers_of: LedgersOf,
) -> bool:
    """Return whether nothing has changed of what a report was made of.  Raises what a damaged one raises."""
    if found["store"] != _store(store):
        return False
    projects = found["projects"]
    if found["ledgers"] != sign_ledgers(ledgers_of(projects)):
        return False
    return bool(found["repositories"] == map_repositories(projects))


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
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        write_atomic(path, fastjson.dumps(entry).encode())
        kept = [(item.stat().st_mtime_ns, item.path) for item in os.scandir(folder)]
        for _, old in sorted(kept)[:-KEEP]:
            os.unlink(old)
    except OSError:
        pass


def sign_ledgers(ledgers: Iterable[str]) -> list[list[Any]]:
    """Return what a change of the ledgers of these folders shows in."""
    found: list[list[Any]] = []
    for folder in ledgers:
        for name in ledger.files(folder):
            try:
                stat = os.lstat(name)
            except OSError:
                continue  # turned over just now: the others have changed, too
            found.append([name, stat.st_ino, stat.st_size, stat.st_mtime_ns])
    return found


def _folder(store: str) -> str:
    return os.path.join(os.path.dirname(store), "reports")


def _path(store: str, key: str) -> str:
    return os.path.join(_folder(store), f"{key}.json")


def _store(path: str) -> list[list[int]]:
    """Return what a change of the store shows in: it also knows calls of transcripts that are gone."""
    return [_stat(path), _stat(f"{path}-wal")]


def _stat(path: str) -> list[int]:
    try:
        stat = os.stat(path)
    except OSError:
        return []
    return [stat.st_ino, stat.st_size, stat.st_mtime_ns]


# What a report's text may be made of.
_CODE_FOLDERS = (
    "",
    "cli",
    "domain",
    "learning",
    "pricing",
    "report",
    "report/findings",
    "session",
    "transcripts",
)


def _code() -> list[int]:
    """Return the newest change of the code that makes reports and of its prices: a checkout changes without a version."""
    stats = []
    for name in _CODE_FOLDERS:
        for entry in os.scandir(os.path.join(_PACKAGE, name)):
            if entry.name.endswith((".py", ".json")):
                stats.append(entry.stat())
    # An installer may give every file the same old time; then its status was changed, or its size is another.
    return [
        len(stats),
        sum(stat.st_size for stat in stats),
        max(stat.st_mtime_ns for stat in stats),
        max(stat.st_ctime_ns for stat in stats),
    ]
