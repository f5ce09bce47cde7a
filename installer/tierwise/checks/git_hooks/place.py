"""Where git really looks for hooks, and who shares that place."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tierwise.domain.change import decode_path
from tierwise.git.plumbing import read_git, read_git_line

_BEYOND_REPOSITORY = ("global", "system")


@dataclass(frozen=True)
class HookFolder:
    """A hooks folder.

    ``scope`` is where core.hooksPath is set (``local``, ``worktree``, ``global``, ``system`` or ``command``),
    empty where it is not set.  ``shared`` says who else a file there would concern, empty for nobody.
    """

    folder: str
    scope: str
    shared: str


def find_hook_folder(root: str) -> HookFolder:
    """Return the folder of hooks of the repository around ``root``.  Raises OutsideError outside of any."""
    folder = _read_path(root, "--git-path", "hooks")
    setting = read_git_line(
        root,
        "config",
        "--show-scope",
        "--get",
        "core.hooksPath",
    )
    if not setting:
        return HookFolder(folder, "", "")
    scope = setting.partition("\t")[0]
    real = os.path.realpath(folder)
    if _is_inside(real, _read_path(root, "--git-common-dir")):
        return HookFolder(folder, scope, "")
    if scope in _BEYOND_REPOSITORY:
        note = f"core.hooksPath is set for every repository ({scope})"
    elif _is_inside(real, _read_path(root, "--show-toplevel")):
        note = "core.hooksPath names a folder of this working tree, which others may share"
    else:
        note = "core.hooksPath names a folder outside of this repository"
    return HookFolder(folder, scope, note)


def _read_path(root: str, *arguments: str) -> str:
    printed = decode_path(read_git(root, "rev-parse", *arguments))
    path = os.path.join(root, printed.removesuffix("\n"))
    return os.path.normpath(path)


def _is_inside(path: str, folder: str) -> bool:
    """Return whether a real path is a folder, or below it."""
    top = os.path.realpath(folder)
    return path == top or path.startswith(top + os.sep)
