"""A folder in memory for what a run of all tests writes.  Standard library only.

Git and Tierwise wait for the disk with every file that they keep, and tests need none of it tomorrow.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY = Path("/dev/shm")
MEMORY_FACTS = Path("/proc/meminfo")
PREFIX = "tierwise-tests-"
ROOM = 2 << 30
"""Bytes for what tests write."""

SPARE = 2
"""As many times the room must be free memory: what is written there is memory that the tests do not have."""

YOUNG_SECONDS = 60
"""Below this age a folder that nobody holds may be one whose run just begins."""

_KIBIBYTE = 1024
_OTHERS_PASS = 0o711  # a database or a second user of a test goes through to a folder of its own


def find_memory(environment: Mapping[str, str]) -> Path | None:
    """Return a folder in memory that tests can write to; None where their usual one is better.

    That is where the user named one, where memory is short, and where no program may run from it: tests write some.
    """
    if environment.get("TMPDIR") or _read_free_memory() < SPARE * ROOM:
        return None
    try:
        system = os.statvfs(MEMORY)
    except OSError:
        return None
    is_writable = os.access(MEMORY, os.W_OK | os.X_OK)
    runs_programs = not system.f_flag & os.ST_NOEXEC
    has_room = system.f_bavail * system.f_frsize > ROOM
    if is_writable and runs_programs and has_room:
        return MEMORY
    return None


def _read_free_memory() -> int:
    """Bytes that can be had without swapping; 0 where the system does not tell."""
    try:
        text = MEMORY_FACTS.read_text(encoding="utf-8")
    except OSError:
        return 0
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * _KIBIBYTE
    return 0


@contextmanager
def hold_folder(memory: Path) -> Iterator[tuple[Path, int]]:
    """Make a folder there and remove it at the end, with those that killed runs left.

    The descriptor says that it is in use; whoever may write there longer than this process inherits it.
    """
    remove_abandoned(memory)
    temporary = TemporaryDirectory(prefix=PREFIX, dir=memory, ignore_cleanup_errors=True)
    with temporary as name:
        os.chmod(name, _OTHERS_PASS)
        descriptor = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield Path(name), descriptor
        finally:
            os.close(descriptor)


def remove_abandoned(memory: Path) -> None:
    """Remove this user's folders that no run holds any more."""
    for folder in memory.glob(f"{PREFIX}*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if _is_abandoned(descriptor):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)


def _is_abandoned(descriptor: int) -> bool:
    facts = os.fstat(descriptor)
    if facts.st_uid != os.geteuid() or time.time() - facts.st_mtime < YOUNG_SECONDS:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
