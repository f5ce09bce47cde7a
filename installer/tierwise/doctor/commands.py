"""The two commands: found by name in a shell, and by the slash commands in a session."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place
from tierwise.files import find_home
from tierwise.user_launcher import COMMAND, command_folder

NAMES = (COMMAND, "tierwise-hook")
_LINKS = Path(
    ".local",
    "bin",
)  # where pipx, uv and `python3 installer` link commands


def check_commands(place: Place) -> Iterator[Diagnosis]:
    """Check that both commands are found by name, in a shell and in a session."""
    path = place.environ.get("PATH", os.defpath)
    missing = [name for name in NAMES if shutil.which(name, path=path) is None]
    if missing:
        what = f"not on PATH: {', '.join(missing)}"
        yield warn(
            "commands",
            what,
            _path_remedy(place, missing),
        )
    else:
        yield ok(
            "commands",
            "tierwise and tierwise-hook are on PATH",
        )
    own = command_folder(place.environ)
    if COMMAND in missing and shutil.which(COMMAND, path=own) is None:
        what = "slash commands that call `tierwise` do not find it"
        remedy = f"Run `tierwise install` here: it writes {own}/{COMMAND}."
        yield warn("slash-commands", what, remedy)


def _path_remedy(place: Place, missing: list[str]) -> str:
    """Tell what puts them there: a folder that has them already comes first."""
    home = Path(find_home(place.environ))
    for folder in (home / _LINKS, Path(sys.executable).parent):
        if all(shutil.which(name, path=str(folder)) for name in missing):
            return f"Put {folder} on PATH: `export PATH=\"$PATH\":'{folder}'` in your shell's start-up file."
    return "Run `python3 installer --commands-only` of a checkout of Tierwise: it links them into ~/.local/bin."
