"""Where test runners and builds write their XML reports."""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

_XML: tuple[str, ...] = ("junit*.xml", "TEST-*.xml")
_XML_FOLDERS = frozenset(("test-results", "test-reports"))
# Where Maven and Gradle write, in each module.
_MODULE_XML = (
    "target/surefire-reports/*.xml",
    "target/failsafe-reports/*.xml",
    "build/test-results/**/*.xml",
)
_MODULE_DEPTH = 3  # folders below the top in which a module or a workspace may be
_NO_MODULES = frozenset(
    (
        "build",
        "node_modules",
        "src",
        "target",
    )
)
Stamp = tuple[int, int, int]  # of a file: time of change, bytes, number


def stamp_reports(folder: str) -> dict[str, Stamp]:
    """Find the XML reports below a folder; tell of each what another run that writes it changes."""
    stamps = {}
    for path in _find_reports(folder, _MODULE_DEPTH):
        with suppress(OSError):
            facts = os.stat(path)
            stamps[path] = facts.st_mtime_ns, facts.st_size, facts.st_ino
    return stamps


def _find_reports(folder: str, depth: int) -> Iterator[str]:
    """Find the XML reports of a folder, and of those in it that may be modules of a build or workspaces."""
    try:
        with os.scandir(folder) as entries:
            is_folder = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError:
        return
    yield from _list_own(folder, is_folder)
    if not {"build", "target"}.isdisjoint(is_folder):
        yield from _glob_below(folder, _MODULE_XML)
    if depth == 0:
        return
    for name in sorted(is_folder):
        if is_folder[name] and name not in _NO_MODULES and not name.startswith("."):
            yield from _find_reports(os.path.join(folder, name), depth - 1)


def _list_own(
    folder: str,
    is_folder: Mapping[str, bool],
) -> Iterator[str]:
    """List the reports that a runner was told to write into a folder."""
    patterns = _XML
    if os.path.basename(folder) in _XML_FOLDERS:
        patterns = ("*.xml",)
    for pattern in patterns:
        for name in sorted(fnmatch.filter(is_folder, pattern)):
            if not is_folder[name]:
                yield os.path.join(folder, name)


def _glob_below(
    folder: str,
    patterns: Iterable[str],
) -> list[str]:
    top = glob.escape(folder)
    found: list[str] = []
    for pattern in patterns:
        found += glob.glob(
            os.path.join(top, pattern),
            recursive=True,
        )
    return found
