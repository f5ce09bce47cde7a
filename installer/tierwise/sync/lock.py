"""One writer at a time in a repository."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tierwise import repo
from tierwise.errors import OutsideError
from tierwise.files import make_folders

WAIT_SECONDS = 10.0


@contextmanager
def locked(root: str) -> Iterator[None]:
    """Hold the repository's lock; the system lets it go when the process dies.

    Raises OutsideError after ten seconds, so that a stopped process cannot hang another for ever.
    """
    make_folders(repo.local(root), root)
    with open(repo.local(root, "lock"), "a+b") as handle:
        deadline = time.monotonic() + WAIT_SECONDS
        while not try_lock(handle):
            if time.monotonic() > deadline:
                raise OutsideError(
                    "another tierwise process is writing here",
                    place=handle.name,
                    remedy="Wait for it, or end it, and run the command again.",
                )
            time.sleep(0.02)
        yield


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
