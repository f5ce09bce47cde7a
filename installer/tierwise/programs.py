"""Finding programs on PATH without letting a repository choose them.  Standard library only."""

import os

_SUFFIXES = (".exe", ".cmd", "") if os.name == "nt" else ("",)


def find_program(name: str, outside: str, path: "str | None" = None) -> "str | None":
    """Return the absolute path of the first executable called ``name`` on ``path`` (PATH if absent), or None.

    Relative folders on PATH and everything below the folder ``outside`` (a work tree) are passed over: what a
    repository holds is data, and a clone must not choose what runs.
    """
    protected = os.path.realpath(outside)
    if path is None:
        path = os.environ.get("PATH", os.defpath)
    for folder in path.split(os.pathsep):
        if not os.path.isabs(folder):
            continue
        for suffix in _SUFFIXES:
            program = os.path.join(folder, name + suffix)
            is_program = os.path.isfile(program) and os.access(program, os.X_OK)
            if is_program and not _is_inside(program, protected):
                return program
    return None


def _is_inside(path: str, protected: str) -> bool:
    """Whether the path, or what it links to, lies below the folder."""
    parent = os.path.join(os.path.realpath(os.path.dirname(path)), "")
    target = os.path.realpath(path)
    below = os.path.join(protected, "")
    return parent.startswith(below) or target.startswith(below)
