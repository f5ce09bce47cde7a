"""Hooks that agents, commands and skills bring in their frontmatter (measured on 2.1.197, 2.1.329 and 2.1.332).

Those of a command and of a skill run from the moment it is called by `/NAME` on; those of an agent run while the agent
works, on newer clients only where the folder is trusted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tierwise.contained import list_files
from tierwise.doctor.agents import find_agent_files
from tierwise.doctor.place import Hook, Place, config_folder, list_hooks
from tierwise.files import read_usable
from tierwise.loose import as_mapping
from tierwise.targets.formats import FRONTMATTER


def list_frontmatter_hooks(place: Place) -> Iterator[Hook]:
    """Yield the hooks in the frontmatter of the repository's and the person's own files."""
    for path in _find_files(place):
        data = read_usable(str(path)) or b""
        if b"hooks" not in data:
            continue
        try:
            said = as_mapping(FRONTMATTER.load(data))
        except ValueError:
            continue  # the client reads none of it either
        yield from list_hooks(said.get("hooks"), _shorten(path, place))


def _find_files(place: Place) -> Iterator[Path]:
    """Yield the files of agents, commands and skills."""
    own = config_folder(place.environ)
    yield from find_agent_files(place)
    yield from map(Path, list_files(str(own / "agents"), ".md"))
    for folder in (Path(place.root, ".claude"), own):
        yield from map(Path, list_files(str(folder / "commands"), ".md"))
        yield from map(Path, list_files(str(folder / "skills"), "SKILL.md"))


def _shorten(path: Path, place: Place) -> str:
    """Return a path as people know it: below the root without the root."""
    if path.is_relative_to(place.root):
        return os.path.relpath(path, place.root)
    return str(path)
