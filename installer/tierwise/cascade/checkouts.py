"""Fresh checkouts of a repository's states, for gates; the user's own files stay as they are."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from tierwise import local_state
from tierwise.contained import find_inside
from tierwise.gates.installed import find_installed, link_installed
from tierwise.gates.model import ChangeSet
from tierwise.git import snapshot
from tierwise.git.snapshot import git_text
from tierwise.git.store import ObjectStore, open_store
from tierwise.scratch import scratch_prefix, sweep_scratch

STORE = "store.git"


@dataclass(frozen=True)
class RunOrigin:
    """What a run starts from.  ``home``: the user's top folder; ``base``: the commit that attempts start from.

    ``folder``: where the policy lies, relative to ``home``; ``links``: what is linked into every work folder.
    """

    home: str
    base: str
    base_tree: str
    folder: str = ""
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class StoredCheckouts:
    """Fresh checkouts of trees, for gates: each is exactly its tree, with what ``link:`` names besides."""

    store: ObjectStore
    origin: RunOrigin
    scratch: str
    idle: list[str] = field(default_factory=list)
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def home(self) -> str:
        """See :attr:`gates.model.Checkouts.home`."""
        return self.origin.home

    @cached_property
    def installed(self) -> tuple[str, ...]:
        """What is installed in the user's tree."""
        return find_installed(self.home, self.origin.folder)

    @contextmanager
    def fresh(self, tree: str) -> Iterator[str]:
        """Provide a top folder with the files of ``tree``; it is reused afterwards, so nothing in it lasts."""
        folder = self._take_folder()
        try:
            self.store.check_out(folder, tree)
            self._show_commit(folder, tree)
            link_into(
                self.origin.home,
                folder,
                self.origin.links,
            )
            link_installed(
                self.home,
                folder,
                self.installed,
            )
            yield folder
        finally:
            with self.lock:
                self.idle.append(folder)

    def _take_folder(self) -> str:
        with self.lock:
            if self.idle:
                return self.idle.pop()
            self.made += 1
            number = self.made
        folder = os.path.join(self.scratch, f"check-{number}")
        os.makedirs(folder)
        return folder

    def _show_commit(
        self,
        folder: str,
        tree: str,
    ) -> None:
        """Show the tree as a commit on top of the base: tests may ask git which files there are."""
        origin = self.origin
        commit = origin.base
        if tree != origin.base_tree:
            environment = self.store.environment(folder)
            parents = [origin.base]
            commit = snapshot.commit(
                folder,
                tree,
                parents,
                "the result\n",
                env=environment,
            )
        remove_folder(os.path.join(folder, ".git"))
        self.store.give_repository(folder, commit)


@contextmanager
def open_change_set(
    home: str,
    folder: str,
    base: str,
    task: str,
    *,
    links: Iterable[str],
    own_folder: str,
) -> Iterator[ChangeSet]:
    """Open the user's working tree against ``base``, for gates. ``own_folder``: where the policy lies.

    Other states than the present one are checked out only when a gate asks for them, and go again.
    """
    sweep_scratch()
    local = local_state.path(os.path.realpath(own_folder))
    own = os.path.relpath(local, home)
    tree = snapshot.take(home, [own])
    base_tree = git_text(home, "rev-parse", f"{base}^{{tree}}")
    commit = snapshot.head(home) or base
    present = list_present_links(home, links)
    origin = RunOrigin(
        home,
        commit,
        base_tree,
        folder,
        present,
    )
    checkouts = LazyCheckouts(origin)
    try:
        yield ChangeSet(
            root=home,
            base=base,
            task=task,
            exclude=(own,),
            folder=folder,
            known_tree=tree,
            checkouts=checkouts,
            cache=local_state.find_private_folder(own_folder, "baseline"),
        )
    finally:
        checkouts.close()


@dataclass
class LazyCheckouts:
    """Checkouts that cost nothing until one is needed."""

    origin: RunOrigin
    opened: StoredCheckouts | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def home(self) -> str:
        """See :attr:`gates.model.Checkouts.home`."""
        return self.origin.home

    @contextmanager
    def fresh(self, tree: str) -> Iterator[str]:
        """See :meth:`StoredCheckouts.fresh`."""
        with self._open().fresh(tree) as folder:
            yield folder

    def _open(self) -> StoredCheckouts:
        """Open them once, whoever comes first: two runs may begin at the same time."""
        with self.lock:
            if self.opened is None:
                scratch = make_folder(scratch_prefix())
                place = os.path.join(scratch, STORE)
                store = open_store(self.origin.home, place)
                self.opened = StoredCheckouts(
                    store,
                    self.origin,
                    scratch,
                )
            return self.opened

    def close(self) -> None:
        """Take away what was checked out."""
        if self.opened is not None:
            remove_folder(self.opened.scratch)


def remove_folder(folder: str) -> None:
    """Take a folder of a run away; what cannot be removed stays."""
    shutil.rmtree(folder, ignore_errors=True)


def make_folder(prefix: str) -> str:
    """Make a temporary folder; return its real path."""
    return os.path.realpath(tempfile.mkdtemp(prefix=prefix))


def list_present_links(
    home: str,
    links: Iterable[str],
) -> tuple[str, ...]:
    """Return what is there of what the policy's ``link:`` names."""
    present = []
    for link in links:
        path = link.strip("/")
        if os.path.exists(os.path.join(home, path)):
            present.append(path)
    return tuple(present)


def link_into(
    home: str,
    root: str,
    links: Iterable[str],
) -> None:
    """Link what the policy's ``link:`` names, where nothing is in its place."""
    for path in links:
        source = os.path.join(home, path)
        target = os.path.join(root, path)
        if find_inside(root, path) is None or os.path.lexists(target):
            continue
        if os.path.exists(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            is_folder = os.path.isdir(source)
            os.symlink(
                source,
                target,
                target_is_directory=is_folder,
            )
