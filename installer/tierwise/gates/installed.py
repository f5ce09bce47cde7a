"""What is installed in the user's tree and no commit holds, for commands that run in a checkout of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from tierwise.checks.checkout import (
    ENVIRONMENTS,
    NODE_MODULES,
    find_import_paths,
    link_packages,
    link_path,
)
from tierwise.checks.dependencies.python_environment import (
    find_in_environment,
    find_site_packages,
)
from tierwise.git.snapshot import git_text

_MANIFEST = "package.json"
_PYTHON_FILES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
)
# A program of an environment that a command names by its path.
_PROGRAM = re.compile(r"(?:^|[\s'\"=])(/?[^\s'\"=]+)/(?:bin|Scripts)/[\w.-]+")


def find_installed(home: str, folder: str) -> tuple[str, ...]:
    """Find what is installed below ``home``: Python's environments there and in ``folder``, packages beside each manifest."""
    listed = git_text(
        home,
        "ls-files",
        "-z",
        "--",
        _MANIFEST,
        f"*/{_MANIFEST}",
    )
    places = set()
    for manifest in filter(None, listed.split("\0")):
        beside = os.path.dirname(manifest)
        places.add(os.path.join(beside, NODE_MODULES))
    for name in ENVIRONMENTS:
        places.add(name)
        places.add(os.path.join(folder, name))
    return tuple(_filter_present(home, sorted(places)))


def _filter_present(
    home: str,
    places: Iterable[str],
) -> Iterator[str]:
    for place in places:
        path = os.path.join(home, place)
        if os.path.isdir(path):
            yield place


def link_installed(
    home: str,
    folder: str,
    places: Iterable[str],
) -> None:
    """Reach what is installed from a checkout that has nothing in its place."""
    for place in places:
        if os.path.basename(place) == NODE_MODULES:
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
    if not _is_of_python(folder):
        return variables
    paths: list[str] = []
    for packages in _list_site_packages(home, command):
        paths += find_import_paths(
            home,
            folder,
            packages,
        )
    if paths:
        known = os.environ.get("PYTHONPATH")
        named = filter(None, (*paths, known))
        unique = dict.fromkeys(named)
        variables["PYTHONPATH"] = os.pathsep.join(unique)
    return variables


def _is_of_python(folder: str) -> bool:
    for name in _PYTHON_FILES:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return True
    return False


def _list_site_packages(home: str, command: str) -> Iterator[str]:
    """Yield where Python's packages are: for the programs that a command names, and for the project."""
    found = []
    for path in _PROGRAM.findall(command):
        environment = os.path.join(home, path)
        found.append(find_in_environment(environment))
    found.append(find_site_packages(home))
    yield from filter(None, found)
