"""Links to our commands in ~/.local/bin, where pipx and uv put theirs.  Standard library only; any Python 3."""

from __future__ import annotations

import os
from pathlib import Path

NAMES = ("tierwise", "tierwise-hook")


def link_commands(programs: Path, home: Path) -> tuple[list[Path], list[str]]:
    """Link each command of the folder ``programs``; the links that stand now, and what could not be done.

    A link of ours is renewed, also one whose program has gone.  Whatever else has the name stays: a file, or a
    link to a program that is there (pipx's, say, which is a Tierwise too).
    """
    folder = home / ".local" / "bin"
    done, problems = [], []
    for name in NAMES:
        link, program = folder / name, programs / name
        try:
            if _is_in_the_way(link, program):
                problems.append(f"{link} is not ours and stays")
                continue
            _point(link, program)
            done.append(link)
        except OSError as error:
            problems.append(f"{link} was not written ({error})")
    return done, problems


def is_on_path(folder: Path, path: str) -> bool:
    """Return whether ``path``, a value of PATH, has the folder."""
    return any(os.path.normpath(entry) == str(folder) for entry in path.split(os.pathsep) if entry)


def _is_in_the_way(link: Path, program: Path) -> bool:
    if not link.is_symlink():
        return link.exists()
    leads_nowhere = not link.exists()
    return not leads_nowhere and link.resolve() != program.resolve()


def _point(link: Path, program: Path) -> None:
    if link.is_symlink() and os.readlink(link) == str(program):
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    link.symlink_to(program)
