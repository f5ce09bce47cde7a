"""One writer at a time in a repository."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from tierwise import repo
from tierwise.errors import OutsideError
from tierwise.files import make_folders
from tierwise.sync.state import PATH as STATE

WAIT_SECONDS = 10.0


@contextmanager
def locked(root: str) -> Iterator[None]:
    """Hold the repository's lock; the system lets it go when the process dies.

    Raises OutsideError after ten seconds, so that a stopped process cannot hang another for ever.
    """
    path = repo.local(root, "lock")
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        make_folders(os.path.dirname(path), root)
        with open(path, "a+b") as handle:
            if try_lock(handle) and is_at(
                handle, path
            ):  # one that was removed while we waited keeps nobody out
                try:
                    yield
                finally:
                    _remove_unused(root, path)
                return
        if time.monotonic() > deadline:
            raise OutsideError(
                "another tierwise process is writing here",
                place=path,
                remedy="Wait for it, or end it, and run the command again.",
            )
        time.sleep(0.02)


def _remove_unused(root: str, path: str) -> None:
    """Take the lock's own traces away where nothing of Tierwise's is: a first run that failed, an uninstall."""
    if os.path.exists(os.path.join(root, STATE)):
        return
    with suppress(OSError):  # a system that removes no open file, or a folder with something in it
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
        os.rmdir(os.path.join(root, repo.FOLDER))


def is_at(handle: IO[bytes], path: str) -> bool:
    """Whether an open file is still the one that stands at ``path``."""
    try:
        return os.path.samestat(os.fstat(handle.fileno()), os.stat(path))
    except OSError:
        return False


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
