"""How a result arrives in the user's repository: as a branch, or as uncommitted changes, all or nothing."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tierwise.cascade.workspace import Workspace
from tierwise.errors import OutsideError
from tierwise.git import snapshot
from tierwise.git.snapshot import git_output, git_text
from tierwise.git.store import identity_of

_WORDS_IN_NAME = 6
_NAME_LENGTH = 80
_NAMES_TRIED = 100
_NO_OBJECT = "0" * 40


def deliver_branch(
    workspace: Workspace,
    tree: str,
    name: str,
    message: str,
) -> str:
    """Make branch ``name`` with the result on top of what the run started from; return the name made."""
    home = workspace.origin.home
    environment = {**workspace.environment, **identity_of(home)}
    parents = [workspace.base]
    result = snapshot.commit(
        workspace.root,
        tree,
        parents,
        message,
        env=environment,
    )
    workspace.store.send_home(result, workspace.base)
    numbered = [f"{name}-{number}" for number in range(2, _NAMES_TRIED)]
    for free in (name, *numbered):
        try:
            git_output(
                home,
                "update-ref",
                f"refs/heads/{free}",
                result,
                _NO_OBJECT,
            )
            return free
        except OutsideError as error:
            last = error
    raise last


def deliver_changes(workspace: Workspace, tree: str) -> None:
    """Put the result into the user's files, uncommitted.  All of it or, with an OutsideError, nothing."""
    home = workspace.origin.home
    patch = workspace.patch(tree)
    if not patch:
        return
    with _hold_delivery_lock(home):
        git_output(
            home,
            "apply",
            "--check",
            "--whitespace=nowarn",
            "-",
            data=patch,
        )
        with _put_back_on_failure(home, workspace.changed_paths(tree)):
            git_output(
                home,
                "apply",
                "--whitespace=nowarn",
                "-",
                data=patch,
            )


def name_branch(task: str, run: str) -> str:
    """Return ``tierwise/<first words of the task>-<run>``."""
    words = re.findall(r"[a-z0-9]+", task.lower())
    parts = [*words[:_WORDS_IN_NAME], run]
    name = "-".join(parts)
    return f"tierwise/{name[:_NAME_LENGTH]}"


@contextmanager
def _hold_delivery_lock(home: str) -> Iterator[None]:
    """Hold the lock that lets one delivery at a time into a repository, where the system has file locks."""
    # In git's own folder: where the policy lies below the top, nothing of ours is to appear at the top.
    lock = git_text(
        home,
        "rev-parse",
        "--git-path",
        "tierwise-apply.lock",
    )
    path = os.path.join(home, lock)
    with open(path, "w") as handle:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass
        yield


@contextmanager
def _put_back_on_failure(
    home: str,
    paths: Iterable[str],
) -> Iterator[None]:
    """Put the files back where git fails in the middle (a full disk): it replaces one after the other.

    Kept as hard links in git's own folder, so that putting them back needs no room.
    """
    git_folder = git_text(home, "rev-parse", "--git-dir")
    kept = tempfile.mkdtemp(
        prefix="tierwise-",
        dir=os.path.join(home, git_folder),
    )
    copies = []
    for number, path in enumerate(paths):
        copy = os.path.join(kept, str(number))
        copies.append((os.path.join(home, path), copy))
    try:
        for path, copy in copies:
            if os.path.lexists(path):
                _keep_copy(path, copy)
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


def _keep_copy(path: str, copy: str) -> None:
    try:
        os.link(path, copy, follow_symlinks=False)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(path, copy, follow_symlinks=False)
