"""One writer at a time in a repository."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from tierwise import local_state
from tierwise.errors import OutsideError
from tierwise.sync.state import PATH as STATE

NAME = "lock"
WAIT_SECONDS = 10.0


@contextmanager
def locked(root: str) -> Iterator[None]:
    """Hold the repository's lock; the system lets it go when the process dies.

    Raises OutsideError after ten seconds, so that a stopped process cannot hang another for ever.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with open_lock(root, NAME) as handle:
            # One that was removed while we waited keeps nobody out.
            is_ours = try_lock(handle)
            if is_ours and local_state.is_open_at(handle.fileno(), root, NAME):
                try:
                    yield
                finally:
                    _remove_unused(root)
                return
        if time.monotonic() > deadline:
            raise OutsideError(
                "another tierwise process is writing here",
                place=local_state.path(root, NAME),
                remedy="Wait for it, or end it, and run the command again.",
            )
        time.sleep(0.02)


def is_locked(root: str) -> bool:
    """Return whether a process is writing here just now."""
    try:
        descriptor = local_state.open_file(
            root,
            NAME,
            flags=os.O_RDWR,
        )
    except OSError:
        return False
    with os.fdopen(descriptor, "r+b") as handle:
        return not try_lock(handle)


def _remove_unused(root: str) -> None:
    """Take the lock's own traces away where nothing of Tierwise's is: a first run that failed, an uninstall."""
    state = os.path.join(root, STATE)
    if os.path.exists(state):
        return
    with suppress(OSError):  # a system that removes no open file, or a folder with something in it
        local_state.remove(root, NAME)
        local_state.remove_if_empty(root)


def open_lock(root: str, name: str) -> IO[bytes]:
    """Open a lock file of local state; it is made where it is missing.  Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT
    descriptor = local_state.open_file(root, name, flags=flags)
    return os.fdopen(descriptor, "r+b")


def try_lock(handle: IO[bytes]) -> bool:
    """Take the lock of an open file without waiting; it goes when the file is closed or the process dies."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
