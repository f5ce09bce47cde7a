"""What is installed in the user's tree and no commit holds, for commands that run in a checkout of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from tierwise.checks.checkout import (
    ENVIRONMENTS,
    find_import_paths,
    link_packages,
    link_path,
)
from tierwise.checks.dependencies.python_environment import find_in_environment, find_site_packages
from tierwise.git.snapshot import git_text

_MANIFEST = "package.json"
_PYTHON_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
# A program of an environment that a command names by its path.
_PROGRAM = re.compile(r"(?:^|[\s'\"=])(/?[^\s'\"=]+)/(?:bin|Scripts)/[\w.-]+")


def find_installed(home: str, folder: str) -> tuple[str, ...]:
    """Find what is installed below ``home``: Python's environments there and in ``folder``, packages beside each manifest."""
    manifests = git_text(home, "ls-files", "-z", "--", _MANIFEST, f"*/{_MANIFEST}")
    beside = {os.path.dirname(path) for path in manifests.split("\0") if path}
    places = [os.path.join(path, name) for path in {"", folder} for name in ENVIRONMENTS]
    places += [os.path.join(path, "node_modules") for path in beside]
    return tuple(sorted(path for path in places if os.path.isdir(os.path.join(home, path))))


def link_installed(
    home: str,
    folder: str,
    places: Iterable[str],
) -> None:
    """Reach what is installed from a checkout that has nothing in its place."""
    for place in places:
        if place.endswith("node_modules"):
            link_packages(home, folder, place)
        else:
            link_path(home, folder, place)


def make_variables(
    home: str,
    folder: str,
    command: str = "",
) -> dict[str, str]:
    """Make the variables with which a command finds the project in a checkout, whatever an editable install says."""
    if folder == home:
        return {}
    # uv would install the checkout into the user's environment.
    variables = {"UV_NO_SYNC": "1"}
    if not any(os.path.exists(os.path.join(folder, name)) for name in _PYTHON_FILES):
        return variables
    paths: list[str] = []
    for named in _list_site_packages(home, command):
        paths += find_import_paths(home, folder, named)
    known = os.environ.get("PYTHONPATH", "")
    if paths:
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, (*dict.fromkeys(paths), known)))
    return variables


def _list_site_packages(home: str, command: str) -> list[str]:
    """List where Python's packages are: for the programs that a command names, and for the project."""
    named = [os.path.join(home, path) for path in _PROGRAM.findall(command)]
    found = [*map(find_in_environment, named), find_site_packages(home)]
    return list(filter(None, found))
