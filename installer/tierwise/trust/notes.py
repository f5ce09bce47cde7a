"""Files that only this user can have written: private, bounded, never a link.  Standard library only."""

import os
import stat

from tierwise import fastjson, files

MAX_BYTES = 1 << 20
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_OTHERS_WRITE = 0o022
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def read_note(path: str) -> "dict[str, object]":
    """Read one JSON object; empty where there is none that this user alone can have written."""
    try:
        descriptor = os.open(
            path,
            os.O_RDONLY | _NO_LINK | _NO_WAITING,
        )
    except OSError:
        return {}
    try:
        if not _is_private(os.fstat(descriptor)):
            return {}
        if not _is_private_folder(os.path.dirname(path)):
            return {}
        return fastjson.read_object(os.read(descriptor, MAX_BYTES + 1))
    except OSError:
        return {}
    finally:
        os.close(descriptor)


def write_note(path: str, value: "dict[str, object]") -> None:
    """Write one JSON object: folder 0700, file 0600, a link in its place is replaced and not followed.

    Raises OSError; what was there is then still there.
    """
    folder = os.path.dirname(path)
    _make_private_folders(folder)
    if not _is_private_folder(folder):
        raise PermissionError(
            13,
            "not a folder that this user alone can write to",
            folder,
        )
    data = fastjson.dumps(value).encode()
    temporary = files.stage_file(path, data, _PRIVATE_FILE)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _make_private_folders(folder: str) -> None:
    if not folder or os.path.isdir(folder):
        return
    _make_private_folders(os.path.dirname(folder))
    try:
        os.mkdir(folder, _PRIVATE_FOLDER)
    except FileExistsError:  # another process was faster, or the check that follows will say
        pass


def _is_private(status: os.stat_result) -> bool:
    is_small_file = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
    return is_small_file and _is_mine(status)


def _is_private_folder(folder: str) -> bool:
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and _is_mine(status)


def _is_mine(status: os.stat_result) -> bool:
    if os.name == "nt":  # the profile folder is the user's own there
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
