"""A git worktree of a run's own, and how its result arrives in the user's repository.

The user's files, index and branches stay as they are until a result has passed.  A dirty tree is handled by
starting from a snapshot of it; what cannot be handled is refused with the reason.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tierwise import ledger, local_state, repo
from tierwise.errors import OutsideError, TierwiseError
from tierwise.git import snapshot
from tierwise.git.snapshot import git_output, git_text

# Post-checkout hooks of the user's must not fire for a folder that they will never see.
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
_OWN = os.path.join(repo.FOLDER, "local")
# The key of task fingerprints, the escalations by fingerprint, a policy compiled since the last sync.
_LENT = ("key", "marks.jsonl", "table.json")
# What git leaves in its folder while something is unfinished.
_IN_PROGRESS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


@dataclass(frozen=True)
class Place:
    """Where attempts work.  ``home``: the user's top folder; ``base``: the commit that attempts start from."""

    home: str
    root: str
    base: str
    head: str
    folder: str = ""
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exclude(self) -> tuple[str, ...]:
        """Paths that are never part of a result."""
        return (*self.links, _OWN)

    @property
    def work_folder(self) -> str:
        """The folder in which an attempt starts: the same as the user's, in the worktree."""
        return os.path.join(self.root, self.folder)

    def state(self) -> str:
        """The files as they are now, as a tree id."""
        return snapshot.take(self.root, self.exclude)

    def is_base(self, tree: str) -> bool:
        """Whether a state is the one that attempts start from."""
        return tree == git_text(self.root, "rev-parse", f"{self.base}^{{tree}}").strip()

    def reset(self, tree: str | None = None) -> None:
        """Bring the files back to the base, or to an earlier state of this run."""
        git_output(self.root, *_NO_HOOKS, "checkout", "--quiet", "--force", "--detach", self.base)
        keep = [part for path in self.exclude for part in ("-e", "/" + path)]
        git_output(self.root, "clean", "-fdq", *keep)
        if tree is not None:
            git_output(self.root, "read-tree", "-u", "--reset", tree)
            git_output(
                self.root, "read-tree", self.base
            )  # the index back: new files are untracked again

    def diff_summary(self, tree: str) -> str:
        """``git diff --stat`` of what differs from the base."""
        return git_text(
            self.root, "diff", "--stat=100", "--stat-count=40", f"{self.base}^{{tree}}", tree
        )


def refuse_what_cannot_work(home: str, submodules: str = "refuse") -> list[str]:
    """Notes about what is handled.  Raises TierwiseError about what is not."""

    def refuse(message: str, remedy: str) -> TierwiseError:
        return TierwiseError(message, place=home, remedy=remedy)

    if snapshot.head(home) is None:
        raise refuse("the repository has no commit yet", "Make a first commit, then run again.")
    names = [part for name in _IN_PROGRESS for part in ("--git-path", name)]
    for path, what in zip(
        git_text(home, "rev-parse", *names).splitlines(), _IN_PROGRESS.values(), strict=True
    ):
        if os.path.exists(os.path.join(home, path)):
            raise refuse(f"a {what} is in progress", f"Finish or abort the {what}, then run again.")
    if git_text(home, "ls-files", "--unmerged"):
        raise refuse("there are unmerged files", "Resolve the conflicts, then run again.")
    return [*_submodules(home, submodules), *_large_files(home)]


@contextmanager
def open_place(
    home: str, folder: str, run: str, links: Iterable[str] = (), submodules: str = "refuse"
) -> Iterator[Place]:
    """A worktree for one run, gone again afterwards whatever happens.  ``folder``: relative to ``home``."""
    notes = refuse_what_cannot_work(home, submodules)
    head = snapshot.head(home) or ""
    tree = snapshot.take(home, [_OWN])
    base = head
    if tree != git_text(home, "rev-parse", f"{head}^{{tree}}"):
        base = snapshot.commit(
            home, tree, [head], f"wip: uncommitted changes when run {run} began\n"
        )
        notes.append("your uncommitted changes are part of what the attempts start from")
    root = os.path.realpath(tempfile.mkdtemp(prefix=f"tierwise-{run}-"))
    try:
        add(home, root, base)
        _lend_local(os.path.join(home, folder), os.path.join(root, folder))
        linked = (*_link(home, root, links), os.path.join(folder, _OWN))
        place = Place(home, root, base, head, folder, linked, tuple(notes))
        os.makedirs(place.work_folder, exist_ok=True)
        yield place
    finally:
        _collect_rows(os.path.join(root, folder), os.path.join(home, folder))
        remove(home, root)


def add(home: str, root: str, base: str) -> None:
    """``git worktree add``, detached, without hooks."""
    git_output(home, *_NO_HOOKS, "worktree", "add", "--quiet", "--force", "--detach", root, base)


def remove(home: str, root: str) -> None:
    """Take a worktree away, its folder and git's own record of it."""
    shutil.rmtree(root, ignore_errors=True)
    try:
        git_output(home, "worktree", "prune", "--expire=now")
    except OutsideError:
        pass  # two runs may prune at once; the next one does what is left


def deliver_branch(place: Place, tree: str, name: str, message: str) -> str:
    """Make branch ``name`` with the result on top of what the run started from; returns the name made."""
    result = snapshot.commit(place.home, tree, [place.base], message, **_identity(place.home))
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        try:
            git_output(place.home, "update-ref", f"refs/heads/{name}{suffix}", result, "0" * 40)
            return name + suffix
        except OutsideError as error:
            last = error
    raise last


def deliver_changes(place: Place, tree: str) -> None:
    """Put the result into the user's files, uncommitted.  All of it or, with an OutsideError, nothing."""
    patch = git_output(
        place.home, "diff-tree", "-p", "--binary", "--full-index", f"{place.base}^{{tree}}", tree
    )
    if not patch:
        return
    paths = snapshot.changed_paths(place.home, place.base, tree)
    with _applying(place.home):
        git_output(place.home, "apply", "--check", "--whitespace=nowarn", "-", data=patch)
        with _put_back_on_failure(place.home, paths):
            git_output(place.home, "apply", "--whitespace=nowarn", "-", data=patch)


def branch_name(task: str, run: str) -> str:
    """``tierwise/<first words of the task>-<run>``."""
    words = re.findall(r"[a-z0-9]+", task.lower())[:6]
    return f"tierwise/{'-'.join([*words, run])[:80]}"


@contextmanager
def _applying(home: str) -> Iterator[None]:
    """One delivery at a time in a repository, where the system has file locks."""
    # In git's own folder: where the policy lies below the top, nothing of ours is to appear at the top.
    path = os.path.join(home, git_text(home, "rev-parse", "--git-path", "tierwise-apply.lock"))
    with open(path, "w") as handle:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass
        yield


@contextmanager
def _put_back_on_failure(home: str, paths: Iterable[str]) -> Iterator[None]:
    """The files as they were where git fails in the middle (a full disk): it replaces one after the other.

    Kept as hard links in git's own folder, so that putting them back needs no room.
    """
    kept = tempfile.mkdtemp(
        prefix="tierwise-", dir=os.path.join(home, git_text(home, "rev-parse", "--git-dir"))
    )
    copies = [
        (os.path.join(home, path), os.path.join(kept, str(number)))
        for number, path in enumerate(paths)
    ]
    try:
        for path, copy in copies:
            if os.path.lexists(path):
                _keep(path, copy)
        try:
            yield
        except OutsideError:
            for path, copy in copies:
                _put_back(path, copy)
            raise
    finally:
        shutil.rmtree(kept, ignore_errors=True)


def _put_back(path: str, copy: str) -> None:
    if os.path.lexists(copy):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.replace(copy, path)
    elif os.path.lexists(path):
        os.unlink(path)  # it was not there before


def _keep(path: str, copy: str) -> None:
    try:
        os.link(path, copy, follow_symlinks=False)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(path, copy, follow_symlinks=False)


def _link(home: str, root: str, links: Iterable[str]) -> Iterator[str]:
    for link in links:
        path = link.strip("/")
        source, target = os.path.join(home, path), os.path.join(root, path)
        if os.path.isdir(source) and not os.path.lexists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(source, target, target_is_directory=True)
            yield path


def _lend_local(home: str, work: str) -> None:
    """Give the attempt's hooks copies of what they know of tasks in the user's repository."""
    for name in _LENT:
        data = local_state.read(home, name)
        if data is not None:
            local_state.write(work, name, data=data)


def _collect_rows(work: str, home: str) -> None:
    """Bring what hooks noted while an attempt worked to the user's own ledger."""
    rows = list(ledger.read(work))
    if not rows:
        return
    with contextlib.suppress(OSError), ledger.Log(home) as log:
        for row in rows:
            log.write(row)


def _submodules(home: str, mode: str) -> list[str]:
    if not os.path.exists(os.path.join(home, ".gitmodules")):
        return []
    entries = git_text(home, "ls-files", "--stage").splitlines()
    paths = [entry.split("\t", 1)[1] for entry in entries if entry.startswith("160000 ")]
    populated = [path for path in paths if os.path.exists(os.path.join(home, path, ".git"))]
    if populated and mode == "refuse":
        raise TierwiseError(
            f"{', '.join(populated)}: populated submodules, which would be empty in the attempts' worktree",
            place=home,
            remedy="Set `escalation: {submodules: empty}` if the gates do not need them.",
        )
    return [f"{len(populated)} submodules are empty in the attempts' worktree"] if populated else []


def _large_files(home: str) -> list[str]:
    """LFS paths stay pointers in the worktree; a changed one cannot be carried over by a snapshot."""
    tracked = git_output(home, "ls-files", "-z")
    if (
        not os.path.exists(os.path.join(home, ".gitattributes"))
        and b".gitattributes" not in tracked
    ):
        return []
    answer = git_output(home, "check-attr", "-z", "--stdin", "filter", data=tracked).split(b"\0")
    large = [
        answer[i].decode("utf-8", "surrogateescape")
        for i in range(0, len(answer) - 2, 3)
        if answer[i + 2] == b"lfs"
    ]
    if not large:
        return []
    changed = git_text(
        home, "status", "--porcelain", "--no-renames", "-z", "--", *large[:2000]
    ).split("\0")
    if any(changed) and shutil.which("git-lfs") is None:
        raise TierwiseError(
            f"{changed[0][3:]}: a changed file that Git LFS keeps, and git-lfs is not installed",
            place=home,
            remedy="Install git-lfs, or commit or restore the file.",
        )
    return [f"{len(large)} files that Git LFS keeps are pointers in the attempts' worktree"]


def _identity(home: str) -> dict[str, str]:
    """The user's own name on what lands in their branches, where git has one."""
    found = {}
    for key, names in (
        ("user.name", ("AUTHOR_NAME", "COMMITTER_NAME")),
        ("user.email", ("AUTHOR_EMAIL", "COMMITTER_EMAIL")),
    ):
        done = subprocess.run(["git", "-C", home, "config", key], capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip():
            found.update({f"GIT_{name}": done.stdout.strip() for name in names})
    return found
