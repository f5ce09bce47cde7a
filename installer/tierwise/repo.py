"""Where the repository is and what git says of it.  Standard library only; ``subprocess`` only when git is asked."""

import os

from tierwise.errors import OutsideError, TierwiseError

POLICY = "tierwise.yaml"
FOLDER = ".tierwise"


def find_root(start: str = ".") -> "str | None":
    """The nearest folder at or above ``start`` with a policy, else the nearest git work tree, else None.

    Raises OutsideError where the current folder has been deleted.
    """
    work_tree = None
    for folder in _upwards(start):
        if os.path.exists(os.path.join(folder, POLICY)):
            return folder
        if os.path.exists(os.path.join(folder, ".git")):
            # A policy above a nested repository is another repository's.
            work_tree = folder
            break
    return work_tree


def require_root(start: str = ".") -> str:
    """As :func:`find_root`; raises TierwiseError where there is neither policy nor git work tree."""
    root = find_root(start)
    if root is None:
        raise TierwiseError(
            "this folder is in no git repository and has no tierwise.yaml above it",
            place=os.path.abspath(start),
            remedy="Run the command inside a repository, or make one with `git init`.",
        )
    return root


def local(root: str, *parts: str) -> str:
    """The path of something that is not shared: ``.tierwise/local/…``, ignored by git."""
    return os.path.join(root, FOLDER, "local", *parts)


def git_folder(root: str) -> str:
    """The git folder of a work tree (a linked one's or a submodule's own), found without running git."""
    path = os.path.join(root, ".git")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as handle:
            target = handle.readline().partition("gitdir:")[2].strip()
        return os.path.join(root, target)
    except OSError:
        return path


def git(root: str, *arguments: str, check: bool = True) -> str:
    """What a git command prints, decoded with surrogateescape so that any file name survives.

    Raises OutsideError when git is missing or, with ``check``, when it fails.
    """
    import subprocess

    try:
        done = subprocess.run(["git", "-C", root, *arguments], capture_output=True)
    except FileNotFoundError:
        raise OutsideError("git was not found", remedy="Install git and put it on PATH.") from None
    if check and done.returncode != 0:
        cause = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise OutsideError(f"git {' '.join(arguments)}: {cause}", place=root)
    return done.stdout.decode("utf-8", "surrogateescape")


def here() -> str:
    """The current folder.  Raises OutsideError where it is gone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise OutsideError(
            "the current folder is gone", remedy="Change into a folder that exists."
        ) from None


def _upwards(start: str) -> "list[str]":
    folder = os.path.normpath(start if os.path.isabs(start) else os.path.join(here(), start))
    folders = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        folders.append(folder)
    return folders
