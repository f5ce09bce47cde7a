"""Where the paths of :mod:`tierwise.doctor.override_table` lie on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from tierwise.contained import find_inside
from tierwise.doctor.place import Place
from tierwise.files import find_home

_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_HOME = "~"


def find_paths(
    place: Place,
    patterns: Iterable[str],
) -> Iterator[str]:
    """Yield the absolute path of each pattern that names one here, be there a file or not."""
    for pattern in patterns:
        path = _fill_variables(pattern, place.environ)
        if path.startswith(_HOME):
            path = find_home(place.environ) + path.removeprefix(_HOME)
        if os.path.isabs(path):
            yield os.path.normpath(path)
            continue
        inside = find_inside(place.root, path)
        if inside is not None:
            yield inside


def _fill_variables(
    pattern: str,
    environ: Mapping[str, str],
) -> str:
    """Return a path with its variables' values; empty where one is not set."""
    values = {}
    for name, usual in _VARIABLE.findall(pattern):
        values[name] = environ.get(name) or usual
    if not all(values.values()):
        return ""
    return _VARIABLE.sub(
        lambda found: values[found[1]],
        pattern,
    )
