"""Reading the repository's files, and refusing to follow links out of it."""

from __future__ import annotations

import functools
import os

from tierwise.errors import TierwiseError
from tierwise.files import read_bytes
from tierwise.targets.target import Read


def reader(root: str) -> Read:
    """Return a function that reads a path of the repository; None where there is no file.

    It reads each path once: a plan that saw two states of a file that just goes would write it again.
    """

    @functools.cache
    def read(path: str) -> bytes | None:
        return read_path(root, path)

    return read


def read_path(root: str, path: str) -> bytes | None:
    """Return what stands at a path of the repository now; None where there is no file."""
    return read_bytes(full_path(root, path))


def full_path(root: str, path: str) -> str:
    """Return where a path of the repository, with slashes, lies on this disk."""
    return os.path.join(root, *path.split("/"))


def obstacle(root: str, path: str) -> str:
    """Return why ``path`` must not be written, or nothing: a link out of the repository, a folder in the way."""
    full = full_path(root, path)
    top = os.path.realpath(root)
    real = os.path.realpath(full)
    if os.path.commonpath([top, real]) != top:
        return f"leads out of the repository, to {real}"
    inside = os.path.relpath(real, top)
    if ".git" in inside.split(os.sep):
        return f"leads into git's own folder, to {real}"
    if os.path.isdir(full):
        return "is a folder"
    if os.path.exists(full) and not os.path.isfile(full):
        return "is no regular file"
    parent = os.path.dirname(full)
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if os.path.isdir(parent):
        return ""
    return f"{os.path.relpath(parent, root)} is not a folder"


def refuse_obstacle(
    root: str,
    path: str,
    remedy: str,
) -> None:
    """Raise TierwiseError where ``path`` must not be written."""
    problem = obstacle(root, path)
    if problem:
        raise TierwiseError(
            problem,
            place=path,
            remedy=remedy,
        )
