"""Which repository a folder belongs to, so that worktrees share one answer.  Standard library only."""

import os

from tierwise.files import read_usable
from tierwise.repo import find_top


def identify_repository(root: str) -> str:
    """Name the repository that ``root`` lies in: its common git folder and the way from its top.

    A ``.git`` that is a link, or that names a git folder which does not name it back, proves nothing:
    the folder's own real path is then the name.
    """
    real = os.path.realpath(root)
    top = find_top(real)
    common = _find_common_folder(top)
    if common is None:
        return real
    below = os.path.relpath(real, top)
    if below == os.curdir:
        return common
    return f"{common}//{below}"


def _find_common_folder(top: str) -> "str | None":
    entry = os.path.join(top, ".git")
    if not top or os.path.islink(entry):
        return None
    if os.path.isdir(entry):
        return entry
    _, _, name = _first_line(entry).partition("gitdir:")
    own = _resolve(top, name.strip())
    if not own or _read_link(own, "gitdir") != entry:
        return None
    return _read_link(own, "commondir") or None


def _read_link(folder: str, name: str) -> str:
    """Return the folder that a file of a git folder names."""
    path = os.path.join(folder, name)
    return _resolve(folder, _first_line(path))


def _resolve(folder: str, name: str) -> str:
    if not name:
        return ""
    return os.path.realpath(os.path.join(folder, name))


def _first_line(path: str) -> str:
    first, _, _ = (read_usable(path) or b"").partition(b"\n")
    return os.fsdecode(first).strip()
