"""One watcher a repository, and the note that it leaves for ``tierwise status``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from tierwise import fastjson, local_state
from tierwise.errors import TierwiseError
from tierwise.sync.lock import open_lock, try_lock

_LOCK, _NOTE = "watch.lock", "watch.json"


@contextmanager
def only_watcher(root: str) -> Iterator[Callable[[], bool]]:
    """Be the repository's watcher.  The system lets the lock go when the process dies, so none is ever stale.

    Yields a function to call from time to time: a lock whose file somebody has removed keeps nobody out, so it takes
    the lock anew and returns True; while it cannot (the repository was moved away, the disk is full) it returns False
    and the next call tries again.  Both raise TierwiseError, with the other's process id, where there is another
    watcher.
    """
    held: IO[bytes] = _take_lock(root)

    def keep() -> bool:
        nonlocal held
        if local_state.is_open_at(held.fileno(), root, _LOCK):
            return False
        try:
            taken = _take_lock(root)
        except OSError:
            return False
        except TierwiseError:
            if local_state.is_open_at(held.fileno(), root, _LOCK):
                return False  # moved away and back between the two looks: the other one is we
            raise
        held.close()
        held = taken
        return True

    try:
        yield keep
    finally:
        note(root, running=False)
        held.close()


def _take_lock(root: str) -> IO[bytes]:
    handle = open_lock(
        root,
        _LOCK,
    )  # held open as long as we watch
    if not try_lock(handle):
        handle.close()
        pid = _read_pid(root) or "another process"
        raise TierwiseError(
            f"a watcher runs here already (process {pid})",
            place=root,
            remedy=f"End it first: kill {pid}",
        )
    return handle


def note(root: str, **values: Any) -> None:
    """Add to what ``tierwise status`` shows of the watcher; a disk that refuses does not stop it."""
    with suppress(OSError):
        known = {**read_note(root), **values}
        text = json.dumps(known)
        local_state.write(root, _NOTE, data=text.encode())


def read_note(root: str) -> dict[str, Any]:
    """Return what the last watcher noted: pid, started, last_run, last_event, running; empty where there was none."""
    return fastjson.read_object(local_state.read(root, _NOTE))


def watcher_pid(root: str) -> int | None:
    """Return the process that watches this repository now, or None."""
    try:
        descriptor = local_state.open_file(
            root,
            _LOCK,
            flags=os.O_RDWR,
        )
    except OSError:  # none was ever here, or a read-only file system, where no watcher could write
        return None
    with os.fdopen(descriptor, "r+b") as handle:
        if try_lock(handle):
            return None
        return _read_pid(root)


def _read_pid(root: str) -> int | None:
    pid = read_note(root).get("pid")
    if not isinstance(pid, int):
        return None
    return pid
