"""Where git really looks for hooks, and who shares that place."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tierwise.repo import git


@dataclass(frozen=True)
class Place:
    """A hooks folder.

    ``scope`` is where core.hooksPath is set (``local``, ``worktree``, ``global``, ``system`` or ``command``),
    empty where it is not set.  ``shared`` says who else a file there would concern, empty for nobody.
    """

    folder: str
    scope: str
    shared: str


def find_place(root: str) -> Place:
    """The folder of hooks of the repository around ``root``.  Raises OutsideError outside of any."""
    folder = _absolute(root, git(root, "rev-parse", "--git-path", "hooks"))
    setting = git(root, "config", "--show-scope", "--get", "core.hooksPath", check=False).rstrip(
        "\n"
    )
    if not setting:
        return Place(folder, "", "")
    scope = setting.partition("\t")[0]
    common = os.path.realpath(_absolute(root, git(root, "rev-parse", "--git-common-dir")))
    top = os.path.realpath(git(root, "rev-parse", "--show-toplevel").rstrip("\n"))
    real = os.path.realpath(folder)
    if _inside(real, common):
        return Place(folder, scope, "")
    if scope in ("global", "system"):
        return Place(folder, scope, f"core.hooksPath is set for every repository ({scope})")
    if _inside(real, top):
        return Place(
            folder,
            scope,
            "core.hooksPath names a folder of this working tree, which others may share",
        )
    return Place(folder, scope, "core.hooksPath names a folder outside of this repository")


def _absolute(root: str, path: str) -> str:
    return os.path.normpath(os.path.join(root, path.removesuffix("\n")))


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)
