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
from typing import Any, NamedTuple

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
from tierwise.files import find_inode
from tierwise.targets.registry import (
    list_folders,
    list_root_files,
)

FOLDERS = tuple(list_folders())
_TOP_FOLDERS = [folder.partition("/")[0] for folder in FOLDERS]
_ROOT_NAMES = frozenset([repo.POLICY, *list_root_files(), *_TOP_FOLDERS])
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


class _Armed(NamedTuple):
    """A folder's inode and its watch when events were asked for."""

    inode: int
    watch: Any


class Watches:
    """The watched folders of one repository; ``wake`` is called on every event that may matter."""

    def __init__(
        self,
        root: str,
        wake: Callable[[], None],
        *,
        poll: bool = False,
    ) -> None:
        self.root = root
        self.reason = "asked for"
        if not poll:
            self.reason = remote_file_system(root)
        self._events = _Wake(root, wake)
        self._armed: dict[str, _Armed] = {}
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
        if self._observer is None:
            return POLL_SECONDS
        return SWEEP_SECONDS

    def rearm(self) -> bool:
        """Watch what is there now; True where something had to be armed anew (its events may be lost)."""
        if self._observer is None:
            return False
        changed = False
        emitters = self._observer.emitters
        living = {emitter.watch for emitter in emitters if emitter.is_alive()}
        for folder in self._list_wanted():
            inode = find_inode(folder)
            armed = self._armed.get(folder)
            if armed and armed.inode == inode and armed.watch in living:
                continue
            changed = True
            if not self._arm_folder(folder, inode, armed):
                break
        return changed

    def _arm_folder(
        self,
        folder: str,
        inode: int,
        armed: _Armed | None,
    ) -> bool:
        try:
            if armed:
                self._observer.unschedule(armed.watch)
                del self._armed[folder]
            if inode:
                watch = self._observer.schedule(
                    self._events,
                    folder,
                    recursive=False,
                    event_filter=_CHANGES,
                )
                self._armed[folder] = _Armed(inode, watch)
        except FileNotFoundError:
            pass  # gone again; the next round sees it
        except OSError as error:
            self._give_up(error)
            return False
        except KeyError:
            self._armed.pop(folder, None)
        return True

    def _list_wanted(self) -> list[str]:
        """Return the root and its output folders, the folder above it, and that of a policy behind a link."""
        policy = repo.policy_path(self.root)
        target = os.path.realpath(policy)
        self._events.target = target
        wanted = [os.path.dirname(self.root)]
        for folder in FOLDERS:
            path = self.root
            if folder:
                path = os.path.join(path, folder)
            wanted.append(path)
        wanted.append(os.path.dirname(target))
        return list(dict.fromkeys(wanted))

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

    def __init__(
        self,
        root: str,
        wake: Callable[[], None],
    ) -> None:
        self._root = root
        self._wake = wake
        self._folders = {os.path.join(root, folder) for folder in FOLDERS if folder}
        self.target = repo.policy_path(root)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("opened", "closed_no_write"):
            return  # reading changes nothing, and our own reading would wake us again
        source = os.fsdecode(event.src_path)
        destination = os.fsdecode(event.dest_path or "")
        if self._does_matter(source) or self._does_matter(destination):
            self._wake()

    def _does_matter(self, path: str) -> bool:
        folder = os.path.dirname(path)
        if folder == self._root:
            return os.path.basename(path) in _ROOT_NAMES
        return folder in self._folders or path in (self._root, self.target)


def remote_file_system(root: str) -> str:
    """Return why file events cannot be trusted here, or nothing: the file system is another machine's or FUSE."""
    try:
        with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as handle:
            mounts = [line.split()[1:3] for line in handle]
    except OSError:
        return ""  # no Linux: watchdog's own choice is right there
    longest, found = "", ""
    for point, kind in mounts:
        point = point.replace("\\040", " ")
        is_above = (root + "/").startswith(point.rstrip("/") + "/")
        if is_above and len(point) >= len(longest):
            longest, found = point, kind
    if not found.startswith(_REMOTE):
        return ""
    return f"{found} at {longest} does not tell about all changes"


def _explain_limit(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the system's watches are used up; raise them: sudo sysctl fs.inotify.max_user_watches=524288"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "the system's watchers are used up; raise them: sudo sysctl fs.inotify.max_user_instances=512"
    return error.strerror or str(error)
