"""Finding programs on PATH without letting a repository choose them.  Standard library only."""

import os

_ENDINGS = [""]
if os.name == "nt":
    _ENDINGS = [".exe", ".cmd", ""]


def find_program(
    name: str,
    outside: str,
    path: "str | None" = None,
) -> "str | None":
    """Return the absolute path of the first executable called ``name`` on ``path`` (PATH if absent), or None.

    Relative folders on PATH and everything below the folder ``outside`` (a work tree) are passed over: what a
    repository holds is data, and a clone must not choose what runs.
    """
    if path is None:
        path = os.environ.get("PATH", os.defpath)
    for program in _list_candidates(name, path):
        if _is_executable(program) and not _is_inside(program, outside):
            return program
    return None


def _list_candidates(name: str, path: str) -> "list[str]":
    """Return every file that the name may mean, in the order of the path."""
    found = []
    for folder in path.split(os.pathsep):
        if not os.path.isabs(folder):
            continue
        for ending in _ENDINGS:
            found.append(os.path.join(folder, name + ending))
    return found


def _is_executable(program: str) -> bool:
    return os.path.isfile(program) and os.access(program, os.X_OK)


def _is_inside(program: str, outside: str) -> bool:
    """Return whether the program, or what it links to, lies below the folder."""
    protected = os.path.realpath(outside)
    below = os.path.join(protected, "")
    folder, name = os.path.split(program)
    real_folder = os.path.realpath(folder)
    here = os.path.join(real_folder, name)
    target = os.path.realpath(program)
    return here.startswith(below) or target.startswith(below)
