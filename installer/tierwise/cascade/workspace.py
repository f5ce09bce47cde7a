"""Where attempts work: a folder with a repository of its own, and fresh checkouts for the gates.

The user's files, index, refs, stash and settings stay as they are whatever an attempt does.  A dirty tree is handled
by starting from a snapshot of it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tierwise import repo
from tierwise.cascade.checkouts import (
    STORE,
    RunOrigin,
    StoredCheckouts,
    link_into,
    list_present_links,
    make_folder,
    remove_folder,
)
from tierwise.cascade.lending import collect_rows, lend_local
from tierwise.cascade.preconditions import (
    find_gitlinks,
    require_usable,
    untracked_secrets,
)
from tierwise.git import snapshot
from tierwise.git.snapshot import git_output, git_text
from tierwise.git.store import ObjectStore, open_store

_LOCAL = os.path.join(repo.FOLDER, "local")
_LISTED = 5  # names shown in a note


@dataclass(frozen=True)
class Workspace:
    """Where attempts work.  ``root``: the top folder; ``checkouts``: where the gates look at its states."""

    root: str
    origin: RunOrigin
    store: ObjectStore
    checkouts: StoredCheckouts
    scratch: str
    notes: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The commit that attempts start from."""
        return self.origin.base

    @property
    def work_folder(self) -> str:
        """The folder in which an attempt starts: the same as the user's."""
        return os.path.join(self.root, self.origin.folder)

    @property
    def exclude(self) -> tuple[str, ...]:
        """Paths that are never part of a result."""
        local = os.path.join(self.origin.folder, _LOCAL)
        return (*self.origin.links, local)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that make git commands work on the files through our own store."""
        return self.store.environment(self.root)

    def state(self) -> str:
        """Return the files as they are now, as a tree id.

        Nested repositories count by their files.
        """
        self._absorb_nested_repositories()
        environment = self.environment
        return snapshot.take(
            self.root,
            self.exclude,
            env=environment,
        )

    def is_base(self, tree: str) -> bool:
        """Return whether a state is the one that attempts start from."""
        return tree == self.origin.base_tree

    def reset(self, tree: str | None = None) -> None:
        """Bring files and repository back to the base, or to an earlier state; ignored files go."""
        wanted = tree or self.origin.base_tree
        self.store.check_out(self.root, wanted, self.exclude)
        # By the base's index, so that new files are untracked.
        call = ("read-tree", "--reset", self.base)
        git_output(self.root, *call, env=self.environment)
        remove_folder(os.path.join(self.root, ".git"))
        self.store.give_repository(self.root, self.base)
        link_into(
            self.origin.home,
            self.root,
            self.origin.links,
        )
        os.makedirs(self.work_folder, exist_ok=True)

    def changed_paths(self, tree: str) -> list[str]:
        """Return the paths that differ from the base."""
        environment = self.environment
        return snapshot.changed_paths(
            self.root,
            self.base,
            tree,
            env=environment,
        )

    def diff_summary(self, tree: str) -> str:
        """Return ``git diff --stat`` of what differs from the base."""
        trees = (self.origin.base_tree, tree)
        return self.store.text(
            "diff",
            "--stat=100",
            "--stat-count=40",
            *trees,
        )

    def patch(self, tree: str) -> bytes:
        """Return what differs from the base as a patch that ``git apply`` takes."""
        trees = (self.origin.base_tree, tree)
        call = (
            "diff-tree",
            "-p",
            "--binary",
            "--full-index",
            *trees,
        )
        return git_output(
            self.root,
            *call,
            env=self.environment,
        )

    def _absorb_nested_repositories(self) -> None:
        """Take the git folders of repositories that the attempt made out of its files: git would keep only a link."""
        base = self.origin.base_tree
        listed = self.store.text("ls-tree", "-r", "-z", base)
        known = find_gitlinks(listed.split("\0"))
        for path in list(_nested_repositories(self.root)):
            shown = os.path.relpath(path, self.root)
            if shown in known:
                continue
            kept = tempfile.mkdtemp(
                prefix="nested-",
                dir=self.scratch,
            )
            shutil.move(os.path.join(path, ".git"), kept)
            self.notes.append(
                f"{shown} was made a repository of its own: its files are part of the result, its history is not"
            )


@contextmanager
def open_workspace(
    home: str,
    folder: str,
    run: str,
    links: Iterable[str] = (),
    submodules: str = "refuse",
    base: str = "",
) -> Iterator[Workspace]:
    """Open a workspace for one run, gone again afterwards whatever happens.  ``folder``: relative to ``home``.

    ``base``: the commit to start from; the files as they are where it is left out.
    """
    scratch = make_folder(f"tierwise-keep-{run}-")
    try:
        origin = _begin_workspace(
            home,
            folder,
            run,
            links,
            submodules,
        )
        if base:
            tree = git_text(
                home,
                "rev-parse",
                f"{base}^{{tree}}",
            )
            origin = replace(
                origin,
                base=base,
                base_tree=tree,
            )
        # From an earlier commit, branches would show what was done next.
        place = os.path.join(scratch, STORE)
        store = open_store(home, place, with_refs=not base)
        checkouts = StoredCheckouts(store, origin, scratch)
        with open_work_folder(checkouts, run) as workspace:
            yield workspace
    finally:
        remove_folder(scratch)


@contextmanager
def open_work_folder(
    checkouts: StoredCheckouts,
    run: str,
) -> Iterator[Workspace]:
    """Open a folder for attempts, with a repository of its own; a race needs two of them."""
    origin = checkouts.origin
    root = make_folder(f"tierwise-{run}-")
    users = os.path.join(origin.home, origin.folder)
    notes = list(origin.notes)
    workspace = Workspace(
        root,
        origin,
        checkouts.store,
        checkouts,
        checkouts.scratch,
        notes,
    )
    try:
        workspace.reset()
        lend_local(users, workspace.work_folder)
        yield workspace
    finally:
        collect_rows(workspace.work_folder, users)
        remove_folder(root)


def _begin_workspace(
    home: str,
    folder: str,
    run: str,
    links: Iterable[str],
    submodules: str,
) -> RunOrigin:
    notes = require_usable(home, submodules)
    head = snapshot.head(home) or ""
    secrets = untracked_secrets(home)
    if secrets:
        shown = ", ".join(secrets[:_LISTED])
        notes.append(
            f"{shown}: untracked and named like secrets, so attempts do not get them; "
            "name what gates need under `escalation.link`"
        )
    base = head
    own = os.path.join(folder, _LOCAL)
    tree = snapshot.take(home, [own, _LOCAL, *secrets])
    if tree != git_text(home, "rev-parse", f"{head}^{{tree}}"):
        message = f"wip: uncommitted changes when run {run} began\n"
        base = snapshot.commit(home, tree, [head], message)
        notes.append("your uncommitted changes are part of what the attempts start from")
    present = list_present_links(home, links)
    return RunOrigin(
        home,
        base,
        tree,
        folder,
        present,
        tuple(notes),
    )


def _nested_repositories(root: str) -> Iterator[str]:
    """Yield folders below ``root`` with a git folder or git file of their own."""
    for folder, folders, files in os.walk(root):
        if folder != root and (".git" in folders or ".git" in files):
            yield folder
        folders[:] = [name for name in folders if name != ".git"]
