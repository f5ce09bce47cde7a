"""Run a sync that kills its own process (SIGKILL) at the n-th operating system call that changes a file.

Usage: killed_sync.py ROOT N.  Exits 0 when the sync ended before the n-th such call.
"""

from __future__ import annotations

import os
import signal
import sys

from tierwise.sync.repository import sync

_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree"}


def main(root: str, limit: int) -> None:
    left = limit

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in _EVENTS or (event == "open" and not _writes(arguments)):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)
    sync(root)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
