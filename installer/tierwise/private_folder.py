"""A folder of machine-local state, held open: no link is followed, and nothing is another's.  Hooks load this.

Standard library only.  What :mod:`tierwise.local_state` promises is kept here.
"""

import errno
import os
import stat

from tierwise import repo
from tierwise.files import write_all

GITIGNORE = ".gitignore"
FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_OTHERS = 0o077  # permission bits of everybody but the owner
_ROOT_USER = 0
_HAS_DESCRIPTORS = os.open in os.supports_dir_fd
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_OPEN_FOLDER = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
# O_NONBLOCK: opening a FIFO that somebody put there must not wait for its other end.
_OPEN_FILE = _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_MARK_TIME = 86_400
_MARK_COUNT = 60_000_000  # different marks, two seconds apart, as FAT keeps times


class NotPrivateError(PermissionError):
    """Something below ``.tierwise/local`` is a link, no regular file, another user's, or tracked by git."""


class Folder:
    """A folder of local state, held open, so that no link can lead elsewhere what is done in it.

    ``parts`` are the names of folders below ``.tierwise/local``.  With ``create``, missing ones are made, but
    never ``root`` itself: a repository that has just been moved away must not come to life again.
    Raises FileNotFoundError where it is missing, NotPrivateError where it is not this user's own.
    """

    def __init__(
        self,
        root: str,
        *parts: str,
        create: bool = False,
    ) -> None:
        self._root = root
        self._parts = parts
        self._create = create
        self._path = root
        self._descriptor: int | None = None

    def __enter__(self) -> "Folder":
        try:
            if _HAS_DESCRIPTORS:
                self._descriptor = os.open(
                    self._root,
                    os.O_RDONLY,
                )
            self._enter(repo.FOLDER, 0o777)
            made = self._enter(repo.LOCAL, _FOLDER_MODE)
            if made:
                self._write_gitignore()
            else:
                self._require_own()
            for part in self._parts:
                self._enter(part, _FOLDER_MODE)
        except OSError as error:
            error.filename = self._path
            self._close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def open(
        self,
        name: str,
        flags: int,
    ) -> int:
        """Open a regular file of this user; with ``os.O_CREAT`` it is made where it is missing."""
        path = self._at(name)
        if self._descriptor is None and os.path.islink(path):
            raise _not_private(path, "is a link")
        try:
            descriptor = os.open(
                path,
                flags | _OPEN_FILE,
                FILE_MODE,
                dir_fd=self._descriptor,
            )
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR):
                raise _not_private(
                    self.shown(name),
                    "is a link or no regular file",
                ) from None
            error.filename = self.shown(name)
            raise
        try:
            _require_own_file(
                descriptor,
                self.shown(name),
                writes=flags & os.O_ACCMODE != 0,
            )
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def replace(
        self, name: str, data: bytes, mode: int = FILE_MODE, *, is_durable: bool = True
    ) -> None:
        """Write a file whole or not at all, over what stands there; with ``is_durable`` wait for the disk."""
        temporary = f".{name}.{os.getpid()}.tmp"
        self._unlink_if_there(temporary)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN_FILE
        try:
            descriptor = os.open(
                self._at(temporary),
                flags,
                mode,
                dir_fd=self._descriptor,
            )
            try:
                write_all(descriptor, data)
                if hasattr(os, "fchmod"):
                    os.fchmod(descriptor, mode)
                if is_durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self.rename(temporary, self, name)
        except OSError as error:
            self._unlink_if_there(temporary)
            error.filename = self.shown(name)
            raise

    def rename(
        self,
        name: str,
        folder: "Folder",
        new_name: str,
    ) -> None:
        """Move a file to another folder of local state, over what stands there."""
        os.replace(
            self._at(name),
            folder._at(new_name),
            src_dir_fd=self._descriptor,
            dst_dir_fd=folder._descriptor,
        )

    def move_out(
        self,
        name: str,
        destination: str,
    ) -> None:
        """Move a file to a path outside of local state, over what stands there."""
        os.replace(
            self._at(name),
            destination,
            src_dir_fd=self._descriptor,
        )

    def unlink(self, name: str) -> None:
        """Take away a file, or a link and not what it leads to.  Raises FileNotFoundError."""
        os.unlink(self._at(name), dir_fd=self._descriptor)

    def link(
        self,
        name: str,
        new_name: str,
    ) -> None:
        """Give a file a second name.  Raises FileExistsError where that is taken."""
        os.link(
            self._at(name),
            self._at(new_name),
            src_dir_fd=self._descriptor,
            dst_dir_fd=self._descriptor,
        )

    def stat(self, name: str) -> "os.stat_result":
        """Return the facts of what has a name here, without following a link."""
        return os.stat(
            self._at(name),
            dir_fd=self._descriptor,
            follow_symlinks=False,
        )

    def names(self) -> list[str]:
        """Return everything in this folder, sorted."""
        return sorted(os.listdir(self._path if self._descriptor is None else self._descriptor))

    def remove_all(self) -> None:
        """Take away everything in this folder; links go, what they lead to stays."""
        for name in self.names():
            self.remove(name)

    def remove(self, name: str) -> None:
        """Take away a file, a link, or a folder with all that is in it; a missing one is no error."""
        try:
            if not stat.S_ISDIR(self.stat(name).st_mode):
                self.unlink(name)
                return
            with Folder(self._root, *self._parts, name) as inner:
                inner.remove_all()
            os.rmdir(self._at(name), dir_fd=self._descriptor)
        except FileNotFoundError:
            return

    def remove_empty(self, name: str) -> bool:
        """Take a folder away in which there are only folders, none with a file; whether it went."""
        if not stat.S_ISDIR(self.stat(name).st_mode):
            return False
        with Folder(self._root, *self._parts, name) as inner:
            went = [inner.remove_empty(one) for one in inner.names()]
        if all(went):
            os.rmdir(self._at(name), dir_fd=self._descriptor)
        return all(went)

    def shown(self, name: str) -> str:
        """Return the path of a file here, for messages."""
        return os.path.join(self._path, name)

    def _enter(
        self,
        name: str,
        mode: int,
    ) -> bool:
        """Go one folder down; whether it had to be made."""
        path, made = self._at(name), False
        if self._create:
            try:
                os.mkdir(path, mode, dir_fd=self._descriptor)
                made = True
            except FileExistsError:
                pass
        self._path = os.path.join(self._path, name)
        if self._descriptor is None:
            _require_real_folder(self._path)
            return made
        try:
            inner = os.open(
                path,
                _OPEN_FOLDER,
                dir_fd=self._descriptor,
            )
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):
                raise _not_private(
                    self._path,
                    "is a link or no folder",
                ) from None
            raise
        os.close(self._descriptor)
        self._descriptor = inner
        return made

    def _require_own(self) -> None:
        if self._descriptor is None:
            return
        about = os.fstat(self._descriptor)
        if about.st_uid not in (os.geteuid(), _ROOT_USER):
            raise _not_private(
                self._path,
                "belongs to another user",
            )
        if about.st_mode & _OTHERS or not self._is_marked():
            from tierwise.tracked_state import has_tracked_files

            if has_tracked_files(self._root):
                raise _not_private(
                    self._path,
                    "is tracked by git",
                )
            try:
                os.fchmod(self._descriptor, _FOLDER_MODE)
                self._mark()
            except OSError:
                pass  # root's folder, or a disk that is read-only or knows no modes

    def _is_marked(self) -> bool:
        """Return whether the folder's .gitignore has the time that we gave it when git's index was as it is now."""
        try:
            return self.stat(GITIGNORE).st_mtime == _find_mark_time(self._root)
        except OSError:
            return False

    def _write_gitignore(self) -> None:
        """Write it into a folder that was just made; a full disk leaves nothing behind.  Raises OSError."""
        try:
            self._mark()
        except OSError:
            remove_if_empty(self._root)
            raise

    def _mark(self) -> None:
        """Hide the folder from ``git status``, and note that git tracks nothing in it."""
        self.replace(GITIGNORE, b"*\n")
        mark = _find_mark_time(self._root)
        os.utime(
            self._at(GITIGNORE),
            (mark, mark),
            dir_fd=self._descriptor,
        )

    def _unlink_if_there(self, name: str) -> None:
        try:
            self.unlink(name)
        except FileNotFoundError:
            pass

    def _at(self, name: str) -> str:
        if name in ("", ".", "..") or "/" in name or os.sep in name or "\0" in name:
            raise _not_private(name, "is no plain name")
        return name if self._descriptor is not None else os.path.join(self._path, name)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def remove_if_empty(root: str) -> None:
    """Take ``.tierwise/local`` away where nothing but its .gitignore is in it, and ``.tierwise`` where that is empty."""
    try:
        with Folder(root) as folder:
            if folder.names() not in ([], [GITIGNORE]):
                return
            folder.remove_all()
        os.rmdir(os.path.join(root, repo.FOLDER, repo.LOCAL))
        os.rmdir(os.path.join(root, repo.FOLDER))
    except OSError:
        pass  # something of the user's is in it, or it is not there


def _find_mark_time(root: str) -> int:
    """Return a time, in seconds since 1970, that stands for git's index as it is now and that no checkout gives a file."""
    return _MARK_TIME + 2 * (repo.identify_index(root) % _MARK_COUNT)


def _require_own_file(
    descriptor: int,
    shown: str,
    *,
    writes: bool,
) -> None:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise _not_private(shown, "is no regular file")
    if not _HAS_DESCRIPTORS:
        return  # Windows, where a user's files are private already
    if about.st_uid not in (os.geteuid(), _ROOT_USER):
        raise _not_private(shown, "belongs to another user")
    if writes and about.st_mode & _OTHERS:
        try:
            os.fchmod(descriptor, FILE_MODE)
        except OSError:
            pass  # root's file, or a disk that knows no modes


def _require_real_folder(shown: str) -> None:
    """Look, on systems without folder descriptors, before going on."""
    mode = os.lstat(shown).st_mode
    if stat.S_ISLNK(mode) or not stat.S_ISDIR(mode):
        raise _not_private(shown, "is a link or no folder")


def _not_private(shown: str, why: str) -> NotPrivateError:
    return NotPrivateError(errno.EPERM, why, shown)
