"""Which repository a call was made for: sub-folders and work trees of one repository are one project."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tierwise import repo
from tierwise.files import read_text

_CLIENT_WORKTREES = f"{os.sep}.claude{os.sep}worktrees{os.sep}"
"""Where the client puts work trees of its own; they are gone when it is done."""


def find_repository(folder: str) -> str:
    """Return the folder of the main work tree that ``folder`` belongs to, also where ``folder`` is gone by now.

    The folder itself where it is in no repository.  A submodule is a repository of its own.
    """
    start = folder.partition(_CLIENT_WORKTREES)[0]
    if not os.path.isabs(start):
        return folder
    place = start
    while not repo.has_git(place):
        above = os.path.dirname(place)
        if above == place:
            return start
        place = above
    return _main_work_tree(place)


def map_repositories(folders: Iterable[str]) -> dict[str, str]:
    """Return each folder's repository."""
    return {folder: find_repository(folder) for folder in sorted(set(folders))}


def _main_work_tree(work_tree: str) -> str:
    """Return the work tree beside git's common folder; ``work_tree`` itself where that is none of its own."""
    git_folder = repo.git_folder(work_tree)
    named = read_text(os.path.join(git_folder, "commondir")).partition("\n")[0].strip()
    if not named:
        return work_tree
    common = os.path.normpath(os.path.join(git_folder, named))
    if os.path.basename(common) == ".git":
        return os.path.dirname(common)
    return common
