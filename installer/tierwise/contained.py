"""Names that a repository brings, as paths of that repository and of nothing else.  Standard library only.

A policy, a table, a record, a manifest or a model's answer may name any path.  What such a name leads to is read,
written or linked only where :func:`find_inside` gives a path; whole folders are listed by :func:`list_files`.
"""

import os

MOST_ENTRIES = 20_000
"""Entries of a folder that are looked at: a link to ``/`` in place of it must not take for ever."""
_GIT = (".git", "git~1")
_LEFT_OUT = (".git", "node_modules")
_WILD = frozenset("*?[")  # what makes a part of a glob match more than its own name


def is_plain_path(name: str) -> bool:
    """Return whether a name is a relative path with slashes that climbs nowhere and enters no folder of git's own."""
    parts = name.split("/")
    if {"", ".", ".."} & set(parts) or ":" in parts[0]:
        return False
    if "\\" in name or "\0" in name:
        return False
    # Windows and macOS take `.GIT`, `.git.` and `git~1` for the same folder.
    return not any(part.lower().rstrip(" .") in _GIT for part in parts)


def find_inside(root: str, name: str) -> "str | None":
    """Return the path of ``name`` below ``root``, be there a file or not; None where it or a link on it could lead out."""
    if not is_plain_path(name):
        return None
    path = root
    for part in name.split("/"):
        path = os.path.join(path, part)
        if os.path.islink(path):
            return None
    return path


def list_files(top: str, ending: str) -> "list[str]":
    """Return the files below a folder whose names end so, folder by folder; what is beyond the limit is left out.

    ``top`` itself may be a link, as people share their agents; links to folders below it are not followed.
    """
    found = []
    left = MOST_ENTRIES
    for folder, folders, names in os.walk(top):
        left -= len(folders) + len(names)
        if left < 0:
            break
        folders.sort()
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(ending)]
    return found


def find_folders(root: str, pattern: str) -> "list[str]":
    """Return the folders below ``root`` that a glob of a manifest's matches, sorted; ``**`` is any number of folders.

    None of them where the pattern is absolute or climbs.  Neither links nor installed packages are entered.
    """
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if pattern.startswith("/") or not is_plain_path("/".join(parts)):
        return []
    found = {root}
    for part in parts:
        found = {below for folder in found for below in _match_part(folder, part)}
    return sorted(found)


def _match_part(folder: str, part: str) -> "list[str]":
    """Return the folders that one part of a glob leads to from ``folder``."""
    if part == "**":
        return _walk_folders(folder)
    if not _WILD.intersection(part):
        path = os.path.join(folder, part)
        is_folder = os.path.isdir(path) and not os.path.islink(path)
        if not is_folder:
            return []
        return [path]
    from fnmatch import fnmatchcase

    names = [name for name in _list_folders(folder) if fnmatchcase(name, part)]
    return [os.path.join(folder, name) for name in names]


def _walk_folders(top: str) -> "list[str]":
    found = [top]
    for folder in found:  # grows while it is walked
        if len(found) > MOST_ENTRIES:
            break
        found += [os.path.join(folder, name) for name in _list_folders(folder)]
    return found


def _list_folders(folder: str) -> "list[str]":
    try:
        with os.scandir(folder) as entries:
            return [
                entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and entry.name not in _LEFT_OUT
            ]
    except OSError:
        return []
