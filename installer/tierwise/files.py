"""Writing one file so that a crash leaves the old content or the new, never half.  Standard library only."""

import errno
import os
import stat

from tierwise.errors import TierwiseError

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

READ_LIMIT = 64 << 20  # bytes of one file that are read at most
_UNKNOWN_SIZE = 64 << 10  # bytes read of a file whose size its file system does not say
_NOT_THERE = (
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENXIO,
)
# O_NONBLOCK: opening a FIFO must not wait for its other end.
_OPEN_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OPEN_TO_WRITE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_TRUNC
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


class TooLargeError(TierwiseError):
    """A file is larger than anything of its kind is."""


def read_bytes(
    path: str,
    limit: int = READ_LIMIT,
) -> "bytes | None":
    """Return the file's content; None where there is no regular file, be it nothing, a folder, a pipe or a device.

    Raises TooLargeError where it has more than ``limit`` bytes, OSError where it cannot be read.
    """
    try:
        descriptor = os.open(path, _OPEN_TO_READ)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > limit:
            raise TooLargeError(
                f"the file has {about.st_size:,} bytes; at most {limit:,} are read",
                place=path,
                remedy="Make it smaller, or move it away.",
            )
        return read_upto(
            descriptor,
            (about.st_size or _UNKNOWN_SIZE) + 1,
        )
    finally:
        os.close(descriptor)


def find_home(environ: "Mapping[str, str] | None" = None) -> str:
    """Return the home folder of the person: that of ``environ`` (the process's own if absent), else the system's word."""
    if environ is None:
        environ = os.environ
    return environ.get("HOME") or os.path.expanduser("~")


def read_usable(
    path: str,
    limit: int = READ_LIMIT,
) -> "bytes | None":
    """As :func:`read_bytes`; None too where the file is larger than ``limit`` or cannot be read."""
    try:
        return read_bytes(path, limit)
    except (OSError, ValueError, TooLargeError):  # ValueError: a name with a NUL
        return None


def read_text(path: str, limit: int = READ_LIMIT) -> str:
    """Return a text of somebody else's, for what only looks into it; empty where there is none that is usable."""
    return (read_usable(path, limit) or b"").decode(
        "utf-8-sig",
        "replace",
    )


def decode_text(data: "bytes | None") -> str:
    """Return what bytes say, whatever they are; empty for None."""
    return (data or b"").decode("utf-8", "replace")


def read_head(path: str, size: int) -> bytes:
    """Return the first ``size`` bytes of a regular file, however long it is; nothing where there is none."""
    try:
        descriptor = os.open(path, _OPEN_TO_READ)
    except (OSError, ValueError):
        return b""
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return read_upto(descriptor, size) if is_file else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def open_regular(path: str) -> "BinaryIO":
    """Open a file to read it line by line.  Raises OSError, also where it is a device or a pipe without end."""
    descriptor = os.open(path, _OPEN_TO_READ)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(
            errno.ENOENT,
            "no regular file",
            path,
        )
    return os.fdopen(descriptor, "rb")


def read_upto(descriptor: int, count: int) -> bytes:
    """Read ``count`` bytes from an open file, or what it has."""
    pieces = []
    while count > 0:
        piece = os.read(descriptor, count)
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything to an open file.  Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def with_lf(data: bytes) -> bytes:
    """Return a text as git stores it: where ``core.autocrlf`` is set, a checkout has CRLF for every LF."""
    return data.replace(b"\r\n", b"\n")


def make_folders(folder: str, top: str = "") -> None:
    """Make ``folder`` and what is missing above it, but never ``top`` itself.

    A repository that has just been moved away must not come to life again as an empty folder.
    Raises FileNotFoundError where ``top`` is missing.
    """
    if not top:
        os.makedirs(folder, exist_ok=True)
    elif folder == top:
        os.stat(top)
    elif not os.path.isdir(folder):
        make_folders(os.path.dirname(folder), top)
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass  # another process was faster, or a file is in the way, which writing will say


def stage_file(
    path: str,
    data: bytes,
    mode: "int | None" = None,
    top: str = "",
) -> str:
    """Write ``data`` to a temporary file beside ``path``, on the disk for certain; return its name.

    ``mode`` is the permission bits of the new file; without it an existing file keeps its own.  Missing folders
    are made, those above ``top`` are not.
    Raises OSError (and leaves nothing behind) when the folder is read-only or the disk is full.
    """
    folder = os.path.dirname(path) or "."
    make_folders(folder, top)
    if mode is None:
        try:
            mode = os.stat(path).st_mode & 0o777
        except OSError:
            mode = 0o666 & ~_read_umask()
    temporary = os.path.join(
        folder,
        f".{os.path.basename(path)}.{os.getpid()}.tmp",
    )
    descriptor = os.open(temporary, _OPEN_TO_WRITE, mode)
    try:
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.chmod(temporary, mode)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def write_atomic(
    path: str,
    data: bytes,
    mode: "int | None" = None,
    top: str = "",
) -> None:
    """Replace the content of ``path`` in one step.  A symbolic link is followed, so that the link stays.

    ``mode`` and ``top`` as in :func:`stage_file`.  Raises OSError; the old content is then still there.
    """
    path = os.path.realpath(path)
    temporary = stage_file(path, data, mode, top)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    sync_folder(os.path.dirname(path))


def is_device(path: str) -> bool:
    """Return whether ``path`` is something to write into and never to replace: a device, a pipe, whatever is in /dev."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    is_usual = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    return not is_usual or os.path.abspath(path).startswith("/dev/")


def write_out(path: str, data: bytes) -> None:
    """Write what a person asked for by a file's name: all or nothing, but straight into a device."""
    if is_device(path):
        with open(path, "wb") as handle:
            handle.write(data)
    else:
        write_atomic(path, data)


def sync_folder(folder: str) -> None:
    """Make renames in ``folder`` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # a folder cannot be opened there, and NTFS journals its renames
    descriptor = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse; the rename itself has happened
    finally:
        os.close(descriptor)


def _read_umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def safe_name(text: str) -> str:
    """Return a text as a file's name: all but letters, digits and `-` becomes `_`."""
    letters = []
    for letter in text:
        is_plain = letter.isalnum() or letter == "-"
        letters.append(letter if is_plain else "_")
    return "".join(letters)


def find_inode(path: str) -> int:
    """Return the number of a file or folder; 0 where there is none."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0
