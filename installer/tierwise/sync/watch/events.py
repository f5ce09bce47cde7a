"""File events by watchdog, kept alive.

watchdog's inotify emitter ends silently when its folder is removed, and the observer still says that it lives.
So every folder is remembered with its inode; a folder that was recreated, and an emitter that has died, are
armed anew.  Where events cannot be had, the caller looks at the disk more often instead.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from types import TracebackType
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from tierwise import repo
from tierwise.targets.registry import list_folders, list_root_files

FOLDERS = tuple(list_folders())
_ROOT_NAMES = frozenset(
    [repo.POLICY, *list_root_files(), *(folder.partition("/")[0] for folder in FOLDERS)]
)
SWEEP_SECONDS = 2.0  # with events: how often the disk is looked at all the same
POLL_SECONDS = 0.5  # without events
# Reading is not among them: a look of ours at fifty files would be two hundred events for watchdog's threads.
_CHANGES: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
# File systems that do not tell about changes made elsewhere.
_REMOTE = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "fuse",
    "vboxsf",
    "vmhgfs",
    "virtiofs",
    "drvfs",
    "afs",
    "ceph",
    "lustre",
    "sshfs",
)


class Watches:
    """The watched folders of one repository; ``wake`` is called on every event that may matter."""

    def __init__(self, root: str, wake: Callable[[], None], *, poll: bool = False) -> None:
        self.root = root
        self.reason = "asked for" if poll else remote_file_system(root)
        self._events = _Wake(root, wake)
        self._armed: dict[str, tuple[int, Any]] = {}
        self._observer: Any = None

    def __enter__(self) -> Watches:
        if not self.reason:
            try:
                self._observer = Observer()  # takes an inotify instance, of which there are few
                self._observer.start()
            except OSError as error:
                self._give_up(error)
        self.rearm()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_watches()

    @property
    def interval(self) -> float:
        """Seconds between two looks at the disk."""
        return SWEEP_SECONDS if self._observer is not None else POLL_SECONDS

    def rearm(self) -> bool:
        """Watch what is there now; True where something had to be armed anew (its events may be lost)."""
        if self._observer is None:
            return False
        changed = False
        living = {emitter.watch for emitter in self._observer.emitters if emitter.is_alive()}
        for folder in self._list_wanted():
            inode = _find_inode(folder)
            armed = self._armed.get(folder)
            if armed is not None and armed[0] == inode and armed[1] in living:
                continue
            changed = True
            if not self._arm_folder(folder, inode, armed):
                break
        return changed

    def _arm_folder(self, folder: str, inode: int, armed: tuple[int, Any] | None) -> bool:
        try:
            if armed is not None:
                self._observer.unschedule(armed[1])
                del self._armed[folder]
            if inode:
                watch = self._observer.schedule(
                    self._events, folder, recursive=False, event_filter=_CHANGES
                )
                self._armed[folder] = (inode, watch)
        except FileNotFoundError:
            pass  # gone again; the next round sees it
        except OSError as error:
            self._give_up(error)
            return False
        except KeyError:
            self._armed.pop(folder, None)
        return True

    def _list_wanted(self) -> list[str]:
        """The root and its output folders, the folder above it, and that of a policy behind a link."""
        folders = [os.path.join(self.root, folder) if folder else self.root for folder in FOLDERS]
        target = os.path.dirname(os.path.realpath(os.path.join(self.root, repo.POLICY)))
        self._events.target = os.path.realpath(os.path.join(self.root, repo.POLICY))
        return list(dict.fromkeys([os.path.dirname(self.root), *folders, target]))

    def _give_up(self, error: OSError) -> None:
        self.reason = _explain_limit(error)
        self._stop_watches()

    def _stop_watches(self) -> None:
        observer, self._observer = self._observer, None
        self._armed.clear()
        if observer is not None and observer.is_alive():
            observer.stop()
            observer.join()


class _Wake(FileSystemEventHandler):
    """Lets through the events that may concern the policy or an output."""

    def __init__(self, root: str, wake: Callable[[], None]) -> None:
        self._root, self._wake = root, wake
        self._folders = {os.path.join(root, folder) for folder in FOLDERS if folder}
        self.target = os.path.join(root, repo.POLICY)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("opened", "closed_no_write"):
            return  # reading changes nothing, and our own reading would wake us again
        for path in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path or "")):
            if self._does_matter(path):
                self._wake()
                return

    def _does_matter(self, path: str) -> bool:
        folder = os.path.dirname(path)
        if folder == self._root:
            return os.path.basename(path) in _ROOT_NAMES
        return folder in self._folders or path in (self._root, self.target)


def remote_file_system(root: str) -> str:
    """Why file events cannot be trusted here, or nothing: the file system is another machine's or FUSE."""
    try:
        with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as handle:
            mounts = [line.split()[1:3] for line in handle]
    except OSError:
        return ""  # no Linux: watchdog's own choice is right there
    best = ["", ""]
    for point, kind in mounts:
        point = point.replace("\\040", " ")
        if (root + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = [point, kind]
    if not best[1].startswith(_REMOTE):
        return ""
    return f"{best[1]} at {best[0]} does not tell about all changes"


def _explain_limit(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the system's watches are used up; raise them: sudo sysctl fs.inotify.max_user_watches=524288"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "the system's watchers are used up; raise them: sudo sysctl fs.inotify.max_user_instances=512"
    return error.strerror or str(error)


def _find_inode(folder: str) -> int:
    try:
        return os.stat(folder).st_ino
    except OSError:
        return 0
