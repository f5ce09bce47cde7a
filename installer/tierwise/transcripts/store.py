"""The store of what was read: one SQLite file of the user's, outside every repository.

A row a transcript: how far it was read, and the calls it told of.  It holds no prompt text and no account data.  Rows
of transcripts that are gone stay, so history survives the client's clean-up.  Every write is one transaction, so a
killed reader leaves the old row or the new one, and both are true: reading on from either gives the same calls.  Two
readers may write the same row; what one knew and the other did not is kept.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from tierwise.errors import OutsideError
from tierwise.transcripts.follow import (
    Content,
    Digest,
    FileState,
    ReadPlace,
    add_history,
    digest,
)
from tierwise.transcripts.reading import share_names

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 3
"""Of the layout.  A new field of a record needs no new one; see :class:`tierwise.transcripts.records.UsageRecord`.

What lines mean has a version of its own: :data:`tierwise.transcripts.scan.READER_VERSION`.
"""

_WAIT_SECONDS = 30.0
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Content)
_COLUMNS = ("path", *ReadPlace._fields, *Digest._fields, "content")
_SPLIT = 1 + len(ReadPlace._fields)
_SCHEMA = f"CREATE TABLE IF NOT EXISTS transcript ({', '.join(_COLUMNS)}, PRIMARY KEY (path))"
_MARKS = ", ".join("?" * len(_COLUMNS))
_INSERT = f"INSERT OR REPLACE INTO transcript ({', '.join(_COLUMNS)}) VALUES ({_MARKS})"
_INDEX = f"SELECT {', '.join(_COLUMNS[:-1])} FROM transcript WHERE path >= ? AND path < ?"
_ONE = f"SELECT {', '.join(ReadPlace._fields)}, content FROM transcript WHERE path = ?"

_KEEP_READ = "CREATE TABLE IF NOT EXISTS conversation (path PRIMARY KEY, basis, content)"
_ALL_READ = "SELECT path, basis, content FROM conversation"
_SAVE_READ = "INSERT OR REPLACE INTO conversation (path, basis, content) VALUES (?, ?, ?)"
_DROP_READ = "DELETE FROM conversation WHERE path = ?"


class UsageStore:
    """An open store.  Make one with :func:`open_store`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def index(
        self,
        roots: Sequence[str],
    ) -> dict[str, tuple[ReadPlace, Digest]]:
        """Return every transcript under ``ROOT/projects`` by path, also those that are gone, without their calls."""
        found: dict[str, tuple[ReadPlace, Digest]] = {}
        for root in roots:
            prefix = os.path.join(root, "projects", "")
            last = prefix + "\U0010ffff"
            for row in self._connection.execute(_INDEX, (prefix, last)):
                place = ReadPlace(*row[1:_SPLIT])
                found[row[0]] = place, Digest(*row[_SPLIT:])
        return found

    def load(self, path: str) -> FileState | None:
        """Return all that is known of a transcript; None where nothing is."""
        row = self._connection.execute(_ONE, (path,)).fetchone()
        if row is None:
            return None
        *place, stored = row
        content = _DECODER.decode(stored)
        share_names(content.body)
        return FileState(ReadPlace(*place), content)

    def save(
        self,
        states: Mapping[str, FileState],
        known: Mapping[str, ReadPlace],
    ) -> None:
        """Write the states of transcripts, all or none; ``known`` are their places when their reading began."""
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            for path, state in states.items():
                there = self.load(path)
                if there and there.place != known.get(path):  # another reader was here meanwhile
                    add_history(state.content.body, there)
                self._connection.execute(
                    _INSERT,
                    (path, *state.place, *digest(state.content), _ENCODER.encode(state.content)),
                )

    def load_conversations(self) -> dict[str, tuple[str, bytes]]:
        """Return what others made of transcripts, by path: what it was made from, and what it is.

        It may be deleted at any time, as it can be made again; whoever saves it knows its shape.
        """
        self._connection.execute(_KEEP_READ)
        rows = self._connection.execute(_ALL_READ)
        return {path: (basis, content) for path, basis, content in rows}

    def save_conversations(
        self, made: Mapping[str, tuple[str, bytes]], gone: Iterable[str] = ()
    ) -> None:
        """Keep what was made of transcripts, and drop what was made of those that are gone."""
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            rows = [(path, basis, content) for path, (basis, content) in made.items()]
            self._connection.executemany(_SAVE_READ, rows)
            self._connection.executemany(
                _DROP_READ,
                [(path,) for path in gone],
            )


@contextmanager
def open_store(path: str | Path) -> Iterator[UsageStore]:
    """Open the store at ``path``, made if it is not there.

    A file that is no store of ours (damaged, or not SQLite) is moved aside to ``NAME.damaged`` and begun anew.
    Raises OutsideError where the folder cannot be written, the file stays locked, or a newer version wrote it.
    """
    name = os.fspath(path)
    try:
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        try:
            connection = _connect_store(name)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, msgspec.DecodeError):
            _move_aside(name)
            connection = _connect_store(name)
        with closing(connection):
            yield UsageStore(connection)
    except (OSError, sqlite3.OperationalError) as error:
        raise OutsideError(
            f"the usage store cannot be used: {error}",
            place=name,
            remedy="Fix its folder, or use --no-store.",
        ) from error
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        raise OutsideError(
            f"the usage store is damaged: {error}",
            place=name,
            remedy="Move it away; the next report builds a new one from the transcripts. Or use --no-store.",
        ) from error


def _connect_store(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name,
        timeout=_WAIT_SECONDS,
        isolation_level=None,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = _read_version(connection)
        if version > VERSION:
            raise OutsideError(
                f"a newer Tierwise wrote this usage store (layout {version}, known is {VERSION})",
                place=name,
                remedy="Upgrade Tierwise, or use --no-store.",
            )
        if version < VERSION:
            _make_layout(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _read_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_layout(connection: sqlite3.Connection) -> None:
    """Make the table; of several processes that try at once, one does it."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _move_aside(name: str) -> None:
    os.replace(name, f"{name}.damaged")
    for suffix in ("-wal", "-shm"):
        if os.path.exists(name + suffix):
            os.unlink(name + suffix)
