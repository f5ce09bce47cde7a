"""Machine-local state: every file below ``.tierwise/local`` is opened here.  Standard library only: hooks import this.

Anybody can commit files and links below ``.tierwise/local``.  So no link is followed on the way, neither
folder nor file; a file must be a regular one of this user; folders are 0700 and files 0600; sizes are bounded.
What does not hold to that is "not there" for a reader and NotPrivateError, an OSError, for a writer.  What git
tracks there is "not there" either.  A checkout, a merge or a pull may bring such files at any time, so git is asked
whenever its index has changed since we last marked the folder.
"""

import os
import stat

from tierwise import repo
from tierwise.files import read_upto, write_all
from tierwise.private_folder import FILE_MODE
from tierwise.private_folder import GITIGNORE as GITIGNORE
from tierwise.private_folder import Folder as Folder
from tierwise.private_folder import NotPrivateError as NotPrivateError
from tierwise.private_folder import remove_if_empty as remove_if_empty

SHOWN = repo.LOCAL_STATE
READ_LIMIT = 16 << 20  # bytes; a larger file is "not there"


def path(root: str, *parts: str) -> str:
    """Return the path of something in local state, for messages; it must not be opened."""
    return os.path.join(root, repo.FOLDER, repo.LOCAL, *parts)


def read(
    root: str,
    *parts: str,
    limit: int = READ_LIMIT,
) -> "bytes | None":
    """Return the content of a file; None where there is none that is private and at most ``limit`` bytes long."""
    try:
        descriptor = open_file(root, *parts, flags=os.O_RDONLY)
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        return read_upto(descriptor, size) if size <= limit else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def read_tail(
    root: str,
    *parts: str,
    size: int,
) -> bytes:
    """Return the last ``size`` bytes of a file, or what it has; nothing where there is none."""
    try:
        descriptor = open_file(root, *parts, flags=os.O_RDONLY)
    except OSError:
        return b""
    try:
        os.lseek(
            descriptor,
            max(0, os.fstat(descriptor).st_size - size),
            os.SEEK_SET,
        )
        return read_upto(descriptor, size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def write(
    root: str,
    *parts: str,
    data: bytes,
    mode: int = FILE_MODE,
) -> None:
    """Write a file whole or not at all; its folders are made.  Raises OSError."""
    with Folder(root, *parts[:-1], create=True) as folder:
        folder.replace(parts[-1], data, mode)


def append(
    root: str,
    *parts: str,
    data: bytes,
) -> None:
    """Add to the end of a file with one write; it and its folders are made.  Raises OSError."""
    descriptor = open_file(
        root,
        *parts,
        flags=os.O_WRONLY | os.O_APPEND | os.O_CREAT,
    )
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def open_file(
    root: str,
    *parts: str,
    flags: int,
) -> int:
    """Open a file; with ``os.O_CREAT`` it and its folders are made.  Raises OSError."""
    with Folder(root, *parts[:-1], create=bool(flags & os.O_CREAT)) as folder:
        return folder.open(parts[-1], flags)


def make_folder(root: str, *parts: str) -> None:
    """Make a folder where it is missing.  Raises OSError."""
    with Folder(root, *parts, create=True):
        pass


def find_private_folder(root: str, *parts: str) -> str:
    """Return the path of a folder for code that opens files by path; empty where it is not private.

    The folder is made where it is missing.
    """
    try:
        make_folder(root, *parts)
    except OSError:
        return ""
    return path(root, *parts)


def list_names(root: str, *parts: str) -> list[str]:
    """Return the names in a folder, sorted; none where there is no private folder."""
    try:
        with Folder(root, *parts) as folder:
            return folder.names()
    except OSError:
        return []


def has_file(root: str, *parts: str) -> bool:
    """Return whether there is a regular file, which no link stands for."""
    try:
        with Folder(root, *parts[:-1]) as folder:
            return stat.S_ISREG(folder.stat(parts[-1]).st_mode)
    except OSError:
        return False


def is_open_at(
    descriptor: int,
    root: str,
    *parts: str,
) -> bool:
    """Return whether an open file is still the one that has this name."""
    try:
        with Folder(root, *parts[:-1]) as folder:
            return os.path.samestat(
                os.fstat(descriptor),
                folder.stat(parts[-1]),
            )
    except OSError:
        return False


def remove(root: str, *parts: str) -> None:
    """Take away a file, or a folder with all that is in it; a missing one is no error.  Raises OSError."""
    try:
        with Folder(root, *parts[:-1]) as folder:
            folder.remove(parts[-1])
    except FileNotFoundError:
        return
