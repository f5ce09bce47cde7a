"""The commands on PATH: slash commands and git's hooks call them by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from tierwise.doctor.finding import Finding, ok, warn
from tierwise.doctor.place import Place

NAMES = ("tierwise", "tierwise-hook")


def check_commands(place: Place) -> Iterator[Finding]:
    """Both commands are found by name."""
    path = place.environ.get("PATH", os.defpath)
    missing = [name for name in NAMES if shutil.which(name, path=path) is None]
    if missing:
        remedy = "Link them into a folder on PATH: `python3 installer` of a checkout does, in ~/.local/bin."
        yield warn("commands", f"not on PATH: {', '.join(missing)}", remedy)
    else:
        yield ok("commands", "tierwise and tierwise-hook are on PATH")
