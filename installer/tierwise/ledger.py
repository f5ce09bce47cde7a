"""What was asked, decided, written and served: append-only JSON lines.  Standard library only.

``.tierwise/local/ledger.jsonl`` is the newest file; ``ledger.1.jsonl`` … are older, up to ``KEEP`` of them.
Every writer goes through :class:`Log`: it holds the file's lock, closes a line that a crash left torn, writes
its row with one ``write`` at the end of the file, and turns the file over when it has grown past ``SIZE``.  A
writer that cannot get the lock in time writes all the same: an appending write needs no lock to stay whole.
docs/ledger.md names every kind of row and its keys.
"""

import os
import time

from tierwise import fastjson, local_state
from tierwise.files import read_upto, write_all

TYPE_CHECKING = False  # importing typing would cost a hook milliseconds
if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Iterable,
        Iterator,
        Mapping,
    )
    from hashlib import blake2b
    from typing import Any, BinaryIO

    Loads = Callable[[bytes], object]

NAME = "ledger.jsonl"
SIZE = 4 << 20  # bytes a file may reach before it is turned over
KEEP = 4  # older files kept
TAIL = 256 << 10  # bytes looked at for rows of the same spawn or turn
PATIENCE = 2.0  # seconds to wait for the lock
_OPENINGS = 20  # times that a reader begins again because a writer turned the files over
_LARGEST = 1 << 30  # bytes; a file beyond that is no ledger of ours
_KEY = "key"
_KEY_BYTES = 32
_APPENDING = os.O_RDWR | os.O_APPEND | os.O_CREAT

Row = dict[str, object]


class Log:
    """The newest ledger file, open and locked: ``with Log(root) as log: log.write(row)``.

    Raises OSError where the folder cannot be made or the file cannot be opened or written.
    """

    def __init__(
        self,
        root: str,
        *,
        size: int = SIZE,
        keep: int = KEEP,
    ) -> None:
        self._root = root
        self._size = size
        self._keep = keep
        self._locked = False
        self._file = -1

    def __enter__(self) -> "Log":
        self._acquire_lock()
        return self

    def __exit__(self, *_: object) -> None:
        self._close_file()

    def recent(self, **values: str) -> list[Row]:
        """Return the newest rows with these values, oldest first, as far back as the last ``TAIL`` bytes go."""
        end = os.fstat(self._file).st_size
        start = max(0, end - TAIL)
        os.lseek(self._file, start, os.SEEK_SET)
        data = read_upto(self._file, end - start)
        # Looking for the bytes first saves a hook the parsing of some hundred rows.
        marks = [fastjson.dumps({key: value})[1:-1].encode() for key, value in values.items()]
        if not _has_all(data, marks):
            return []
        lines = data.split(b"\n")
        if start:
            del lines[0]  # the end of a row
        found = []
        for row in _parse_rows(line for line in lines if _has_all(line, marks)):
            if all(row.get(key) == value for key, value in values.items()):
                found.append(row)
        return found

    def write(self, row: "Mapping[str, object]") -> None:
        """Append one row; ``time`` (UTC) is added where the row has none."""
        self.write_rows([row])

    def write_rows(
        self,
        rows: "Iterable[Mapping[str, object]]",
    ) -> None:
        """Append rows that belong together, at once."""
        data = "".join(map(_format_row, rows)).encode()
        end = os.fstat(self._file).st_size
        while end and end + len(data) > self._size and self._turn_over():
            end = os.fstat(self._file).st_size
        if end and _last_byte(self._file, end) != b"\n":
            data = b"\n" + data
        write_all(self._file, data)

    def _acquire_lock(self) -> None:
        """Open the newest file and lock it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._file = local_state.open_file(
                self._root,
                NAME,
                flags=_APPENDING,
            )
            self._locked = _lock_file(self._file, deadline)
            if not self._locked or local_state.is_open_at(self._file, self._root, NAME):
                return
            self._close_file()  # another writer turned the file over while we waited

    def _turn_over(self) -> bool:
        """Move every file one number up and begin a new one; only a writer with the lock may."""
        if not self._locked:
            return False
        try:
            with local_state.Folder(self._root) as folder:
                for number in range(self._keep, 0, -1):
                    _move_up(folder, number)
        except OSError:
            return False  # Windows refuses while a reader has the file open: it grows until the next row
        self._close_file()
        self._acquire_lock()
        return True

    def _close_file(self) -> None:
        os.close(self._file)  # releases the lock
        self._locked = False


def _format_row(row: "Mapping[str, object]") -> str:
    if "time" not in row:
        row = {**row, "time": now()}
    return fastjson.dumps(row) + "\n"


def append(
    root: str,
    row: "Mapping[str, object]",
    *,
    size: int = SIZE,
    keep: int = KEEP,
) -> None:
    """Append one row to the ledger of a repository.  Raises OSError."""
    with Log(root, size=size, keep=keep) as log:
        log.write(row)


def append_once(
    root: str, row: "Mapping[str, object]", key: str, *, size: int = SIZE, keep: int = KEEP
) -> bool:
    """Append unless a recent row of the same kind has the same ``row[key]``; whether it was appended.

    Two wirings of one hook (plugin and pip) see the same event: the second finds the first one's row.
    """
    with Log(root, size=size, keep=keep) as log:
        if row.get(key):
            same = {"row": str(row["row"]), key: str(row[key])}
            if log.recent(**same):
                return False
        log.write(row)
        return True


def read(
    root: str,
    loads: "Loads" = fastjson.loads,
) -> "Iterator[Row]":
    """Yield every row, oldest first.  Torn and foreign lines are passed over.

    ``loads`` reads a line; whoever is no hook may give a faster reader.  It raises ValueError on what is no JSON.
    """
    for handle in _open_all(root):
        with handle:
            yield from _parse_rows(handle, loads)


def _has_all(text: bytes, marks: "Iterable[bytes]") -> bool:
    return all(mark in text for mark in marks)


def size_of(table: "Mapping[str, Any]") -> int:
    """Return how many bytes one file may have, so that all together keep to the policy's ``hooks.ledger_mb``."""
    megabytes = (table.get("hooks") or {}).get("ledger_mb")
    if not megabytes:
        return SIZE
    return int(megabytes * (1 << 20) / (KEEP + 1))


def path(root: str) -> str:
    """Return the newest file of a repository's ledger, for messages; :func:`read` opens it."""
    return local_state.path(root, NAME)


def files(root: str) -> list[str]:
    """Return the files of a ledger that are there, oldest first; :func:`read` opens them."""
    return [local_state.path(root, name) for name in _file_names(root)]


def _file_names(root: str) -> list[str]:
    names = local_state.list_names(root)
    numbers = []
    for name in names:
        number = name[len("ledger.") : -len(".jsonl")]
        if name.startswith("ledger.") and number.isdigit():
            numbers.append(int(number))
    older = [_name_numbered(number) for number in sorted(numbers, reverse=True)]
    if NAME in names:
        older.append(NAME)
    return older


def now() -> str:
    """Return the time in UTC to the millisecond, as in Claude Code's transcripts: ``2026-11-21T10:47:29.123Z``."""
    seconds = time.time()
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        + f".{int(seconds % 1 * 1000):03d}Z"
    )


def fingerprint(root: str, text: str) -> str:
    """Return a keyed hash of a text, white space aside: the same text in the same clone has the same 32 hex digits.

    The key is random and stays in ``.tierwise/local``, so nobody without it can test a guess at the text.
    Raises OSError where the key can be neither read nor made.
    """
    if root not in _hashes:
        _hashes[root] = _make_hash(find_key(root))
    words = " ".join(text.split())
    keyed = _hashes[root].copy()
    keyed.update(words.encode("utf-8", "surrogatepass"))
    return str(keyed.hexdigest())


def _make_hash(key: bytes) -> "blake2b":
    """Return a keyed hash that nothing was put into yet, to be copied for each text."""
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL, some milliseconds
    except ImportError:
        from hashlib import blake2b
    return blake2b(digest_size=16, key=key)


# root -> its key, and what hashes with it: a workflow asks for each of its agents
_keys: dict[str, bytes] = {}
_hashes: "dict[str, blake2b]" = {}


def find_key(root: str) -> bytes:
    """Return the clone's own key, made where there is none.  Raises OSError."""
    if root not in _keys:
        _keys[root] = _read_key(root)
    return _keys[root]


def _read_key(root: str) -> bytes:
    for _ in range(100):
        key = local_state.read(root, _KEY) or b""
        if len(key) == _KEY_BYTES:
            return key
        with local_state.Folder(root, create=True) as folder:
            _make_key(folder)
    raise OSError(f"{local_state.path(root, _KEY)} cannot be read as a key of {_KEY_BYTES} bytes")


def _make_key(folder: local_state.Folder) -> None:
    """Link a key into place whole: of several processes that begin at once, all get the first one's."""
    temporary = f"{_KEY}.{os.urandom(8).hex()}"
    folder.replace(temporary, os.urandom(_KEY_BYTES))
    try:
        folder.link(temporary, _KEY)
    except FileExistsError:
        pass
    except OSError:
        folder.rename(
            temporary,
            folder,
            _KEY,
        )  # a file system without hard links
        return
    folder.unlink(temporary)


def _lock_file(descriptor: int, deadline: float) -> bool:
    """Return whether the file's lock was got before ``deadline`` (monotonic seconds)."""
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

        os.lseek(
            descriptor,
            0x7FFFFFFF,
            os.SEEK_SET,
        )  # a byte that no row ever reaches
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError as error:
            raise BlockingIOError from error

else:

    def _try_lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _move_up(folder: local_state.Folder, number: int) -> None:
    """Give a ledger file the next higher number, over what stands there."""
    try:
        folder.rename(
            _name_numbered(number - 1),
            folder,
            _name_numbered(number),
        )
    except FileNotFoundError:
        pass


def _name_numbered(number: int) -> str:
    if number == 0:
        return NAME
    return f"{NAME.removesuffix('.jsonl')}.{number}.jsonl"


def _last_byte(descriptor: int, end: int) -> bytes:
    os.lseek(descriptor, end - 1, os.SEEK_SET)
    return os.read(descriptor, 1)


def _open_all(root: str) -> "list[BinaryIO]":
    """Return every file, oldest first, opened before a writer could turn them over in the middle of reading."""
    for _ in range(_OPENINGS):
        opened = _open_now(root)
        if all(
            local_state.is_open_at(handle.fileno(), root, name) for name, handle in opened.items()
        ):
            break
        for handle in opened.values():
            handle.close()
    else:
        opened = _open_now(root)  # turned over all the time: what can be had
    return list(opened.values())


def _open_now(root: str) -> "dict[str, BinaryIO]":
    """Return the files that are there, by name; links and what is too large are not there."""
    opened: dict[str, BinaryIO] = {}
    for name in _file_names(root):
        try:
            descriptor = local_state.open_file(
                root,
                name,
                flags=os.O_RDONLY,
            )
        except OSError:
            continue
        if os.fstat(descriptor).st_size > _LARGEST:
            os.close(descriptor)
            continue
        opened[name] = os.fdopen(descriptor, "rb")
    return opened


def _parse_rows(
    lines: "Iterable[bytes]",
    loads: "Loads" = fastjson.loads,
) -> "Iterator[Row]":
    for line in lines:
        if line[:1] != b"{":
            continue
        try:
            row = loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
