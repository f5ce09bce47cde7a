"""What was asked, decided, written and served: append-only JSON lines.  Standard library only.

``.tierwise/local/ledger.jsonl`` is the newest file; ``ledger.1.jsonl`` … are older, up to ``KEEP`` of them.
Every writer goes through :class:`Log`: it holds the file's lock, closes a line that a crash left torn, writes
its row with one ``write`` at the end of the file, and turns the file over when it has grown past ``SIZE``.  A
writer that cannot get the lock in time writes all the same: an appending write needs no lock to stay whole.
docs/ledger.md names every kind of row and its keys.
"""

import os
import time

from tierwise import fastjson, repo

TYPE_CHECKING = False  # importing typing would cost a hook milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, BinaryIO

NAME = "ledger.jsonl"
SIZE = 4 << 20  # bytes a file may reach before it is turned over
KEEP = 4  # older files kept
TAIL = 256 << 10  # bytes looked at for rows of the same spawn or turn
PATIENCE = 2.0  # seconds to wait for the lock

Row = dict[str, object]


class Log:
    """The newest ledger file, open and locked: ``with Log(root) as log: log.write(row)``.

    Raises OSError where the folder cannot be made or the file cannot be opened or written.
    """

    def __init__(self, root: str, *, size: int = SIZE, keep: int = KEEP) -> None:
        self._path = path(root)
        self._size = size
        self._keep = keep
        self._locked = False
        self._file = -1

    def __enter__(self) -> "Log":
        make_folder(os.path.dirname(self._path))
        self._acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def recent(self, **values: str) -> list[Row]:
        """The newest rows with these values, oldest first, as far back as the last ``TAIL`` bytes go."""
        end = os.fstat(self._file).st_size
        start = max(0, end - TAIL)
        os.lseek(self._file, start, os.SEEK_SET)
        data = _read_upto(self._file, end - start)
        # Looking for the bytes first saves a hook the parsing of some hundred rows.
        marks = [fastjson.dumps({key: value})[1:-1].encode() for key, value in values.items()]
        if not all(mark in data for mark in marks):
            return []
        lines = [
            line for line in data.split(b"\n")[bool(start) :] if all(mark in line for mark in marks)
        ]
        return [
            row
            for row in _rows(lines)
            if all(row.get(key) == value for key, value in values.items())
        ]

    def write(self, row: Row) -> None:
        """Append one row; ``time`` (UTC) is added where the row has none."""
        row.setdefault("time", now())
        data = fastjson.dumps(row).encode() + b"\n"
        end = os.fstat(self._file).st_size
        while end and end + len(data) > self._size and self._turn_over():
            end = os.fstat(self._file).st_size
        if end and _last_byte(self._file, end) != b"\n":
            data = b"\n" + data
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]

    def _acquire(self) -> None:
        """Open the newest file and lock it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._file = _open(self._path)
            self._locked = _lock(self._file, deadline)
            if not self._locked or _same(self._file, self._path):
                return
            self._close()  # another writer turned the file over while we waited

    def _turn_over(self) -> bool:
        """Move every file one number up and begin a new one; only a writer with the lock may."""
        if not self._locked:
            return False
        try:
            for number in range(self._keep, 0, -1):
                newer = _numbered(self._path, number - 1)
                if os.path.exists(newer):
                    os.replace(newer, _numbered(self._path, number))
        except OSError:
            return False  # Windows refuses while a reader has the file open: it grows until the next row
        self._close()
        self._acquire()
        return True

    def _close(self) -> None:
        os.close(self._file)  # releases the lock
        self._locked = False


def append(root: str, row: Row, *, size: int = SIZE, keep: int = KEEP) -> None:
    """Append one row to the ledger of a repository.  Raises OSError."""
    with Log(root, size=size, keep=keep) as log:
        log.write(row)


def append_once(root: str, row: Row, key: str, *, size: int = SIZE, keep: int = KEEP) -> bool:
    """Append unless a recent row of the same kind has the same ``row[key]``; whether it was appended.

    Two wirings of one hook (plugin and pip) see the same event: the second finds the first one's row.
    """
    with Log(root, size=size, keep=keep) as log:
        if row.get(key) and log.recent(row=str(row["row"]), **{key: str(row[key])}):
            return False
        log.write(row)
        return True


def read(root: str) -> "Iterator[Row]":
    """Every row, oldest first.  Torn and foreign lines are passed over."""
    for handle in _open_all(root):
        with handle:
            yield from _rows(handle)


def size_of(table: "Mapping[str, Any]") -> int:
    """Bytes for one file, so that all together keep to the policy's ``hooks.ledger_mb``."""
    megabytes = (table.get("hooks") or {}).get("ledger_mb")
    return int(megabytes * (1 << 20) / (KEEP + 1)) if megabytes else SIZE


def path(root: str) -> str:
    """The newest file of a repository's ledger."""
    return repo.local(root, NAME)


def files(root: str) -> list[str]:
    """The files of a repository's ledger that are there, oldest first."""
    newest = path(root)
    folder = os.path.dirname(newest)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    numbers = [
        int(name[7:-6]) for name in names if name.startswith("ledger.") and name[7:-6].isdigit()
    ]
    older = [_numbered(newest, number) for number in sorted(numbers, reverse=True)]
    return older + ([newest] if NAME in names else [])


def make_folder(folder: str) -> None:
    """Make ``.tierwise/local`` with a .gitignore of its own, so that it never shows in `git status`."""
    if os.path.isdir(folder):
        return
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".gitignore"), "w", encoding="ascii") as handle:
        handle.write("*\n")


def now() -> str:
    """The time in UTC to the millisecond, as in Claude Code's transcripts: ``2026-11-21T10:47:29.123Z``."""
    seconds = time.time()
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        + f".{int(seconds % 1 * 1000):03d}Z"
    )


def fingerprint(root: str, text: str) -> str:
    """A keyed hash of a text, white space aside: the same text in the same clone has the same 32 hex digits.

    The key is random and stays in ``.tierwise/local``, so nobody without it can test a guess at the text.
    Raises OSError where the key can be neither read nor made.
    """
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL, some milliseconds
    except ImportError:
        from hashlib import blake2b
    words = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return str(blake2b(words, digest_size=16, key=_key(root)).hexdigest())


def _key(root: str) -> bytes:
    name = repo.local(root, "key")
    for _ in range(100):
        try:
            with open(name, "rb") as handle:
                key = handle.read(32)
        except FileNotFoundError:
            key = b""
        if len(key) == 32:
            return key
        make_folder(os.path.dirname(name))
        # Linked into place whole: of several processes that begin at once, all get the first one's key.
        temporary = f"{name}.{os.urandom(8).hex()}"
        with open(temporary, "wb") as handle:
            handle.write(os.urandom(32))
        try:
            os.chmod(temporary, 0o600)
            os.link(temporary, name)
        except FileExistsError:
            pass
        except OSError:
            os.replace(temporary, name)  # a file system without hard links
            continue
        os.unlink(temporary)
    raise OSError(f"{name} cannot be read as a key of 32 bytes")


def _open(name: str) -> int:
    return os.open(name, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)


def _lock(descriptor: int, deadline: float) -> bool:
    """Whether the file's lock was got before ``deadline`` (monotonic seconds)."""
    pause = 0.0002
    while True:
        try:
            _try_lock(descriptor)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.005)
        except OSError:
            return False  # a file system without locks


if os.name == "nt":

    def _try_lock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, 0x7FFFFFFF, os.SEEK_SET)  # a byte that no row ever reaches
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError as error:
            raise BlockingIOError from error

else:

    def _try_lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _same(descriptor: int, name: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(name))
    except OSError:
        return False


def _numbered(newest: str, number: int) -> str:
    return newest if number == 0 else f"{newest.removesuffix('.jsonl')}.{number}.jsonl"


def _last_byte(descriptor: int, end: int) -> bytes:
    os.lseek(descriptor, end - 1, os.SEEK_SET)
    return os.read(descriptor, 1)


def _read_upto(descriptor: int, count: int) -> bytes:
    pieces = []
    while count > 0:
        piece = os.read(descriptor, count)
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _open_all(root: str) -> "list[BinaryIO]":
    """Every file, oldest first, opened before a writer could turn them over in the middle of reading."""
    while True:
        names = files(root)
        handles: list[BinaryIO] = []
        try:
            for name in names:
                handles.append(open(name, "rb"))  # noqa: SIM115 - closed by the reader
        except FileNotFoundError:
            names = []
        if names == files(root) and all(
            _same(h.fileno(), n) for h, n in zip(handles, names, strict=True)
        ):
            return handles
        for handle in handles:
            handle.close()


def _rows(lines: "Iterable[bytes]") -> "Iterator[Row]":
    for line in lines:
        if line[:1] != b"{":
            continue
        try:
            row = fastjson.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
