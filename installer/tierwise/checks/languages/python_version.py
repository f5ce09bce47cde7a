"""Which Python a file asks for: every form in which projects say it."""

from __future__ import annotations

import re

from tierwise.checks.installed import import_installed
from tierwise.checks.languages.toml_text import load_toml_reader
from tierwise.files import decode_text
from tierwise.loose import value_at

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Read = Callable[[str], bytes | None]

_NEWEST_MINOR = 40  # no specifier means a newer one
_LAST_PATCH = 99
_SCRIPT_BLOCK = re.compile(rb"(?m)^# /// script\s*$\n((?:^#(?:| .*)$\n?)+?)^# ///\s*$")
_BETWEEN_CLAUSES = re.compile(r"\s*,\s*|(?<=\d)\s+(?=[<>=!~^])")
_VERSION = re.compile(r"(?:^|[^\d.])3\.(\d+)")
_SETUP_CFG = re.compile(r"(?mi)^python_requires\s*=\s*(.+?)\s*$")
_SETUP_PY = re.compile(r"python_requires\s*=\s*[\"']([^\"']+)[\"']")
_TOOL_VERSIONS = re.compile(r"(?m)^python[ \t]+(.+)$")
# Files of TOML that name one version, and where.
_TABLES = (
    ("mise.toml", "tools", "python"),
    (".mise.toml", "tools", "python"),
    ("Pipfile", "requires", "python_version"),
)
_TARGET_VERSION = re.compile(r"py3(\d+)")


def find_wanted_minor(
    path: str,
    data: bytes,
    read: Read,
) -> int:
    """Return the 12 of Python 3.12, the oldest that a file has to run on; 0 where nothing says.

    The file's own inline metadata counts first, then the nearest folder above it in which any file says it; of
    several there, the newest.  ``read`` gives the content of a path, None where there is none.
    """
    block = _SCRIPT_BLOCK.search(data)
    if block:
        text = re.sub(rb"(?m)^# ?", b"", block[1]).decode(
            "utf-8",
            "replace",
        )
        wanted = _parse_toml(text).get("requires-python")
        if isinstance(wanted, str):
            return find_oldest_minor(wanted)
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        found = [find_oldest_minor(wanted) for wanted in _list_wanted(folder, read)]
        if found:
            return max(found)
    return 0


def find_oldest_minor(wanted: str) -> int:
    """Return the oldest minor version that a specifier of PEP 440 or of Poetry allows; 0 for any.

    ``>3.11`` is read as people mean it: 3.12 and later.
    """
    parts = re.split(r"\s*\|\|?\s*", wanted)
    return min(map(_find_oldest, parts))


def _find_oldest(wanted: str) -> int:
    clauses = map(
        _translate_clause,
        _BETWEEN_CLAUSES.split(wanted.strip()),
    )
    allowed = _read_specifier(",".join(clauses))
    if allowed is None:
        found = _VERSION.search(wanted)
        if found is None:
            return 0
        return int(found[1])
    for minor in range(_NEWEST_MINOR):
        releases = (f"3.{minor}.0", f"3.{minor}.{_LAST_PATCH}")
        if any(allowed.contains(release, prereleases=True) for release in releases):
            return minor
    return 0


def _read_specifier(text: str) -> Any:
    """Return what a specifier of PEP 440 allows; None for any other text, and without the library that reads it."""
    specifiers = import_installed("packaging.specifiers")
    if specifiers is None:
        return None
    try:
        return specifiers.SpecifierSet(text)
    except ValueError:
        return None


def _translate_clause(clause: str) -> str:
    """Return one clause in the words of PEP 440: Poetry's carets and tildes, bare versions, people's ``>3.11``."""
    clause = clause.strip().strip("\"'")
    if clause in ("", "*"):
        return ""
    version = clause.lstrip("^~=<>! ")
    sign = clause.removesuffix(version).strip()
    is_minor = version.count(".") == 1
    plain = version.removesuffix(".*")
    if sign in ("^", "~"):
        return f">={plain}"
    if sign == ">" and is_minor:
        return f">{version}.{_LAST_PATCH}"
    if sign == "" and is_minor:
        return f"=={plain}.*"
    if sign == "":
        return f"=={version}"
    return clause


def _list_wanted(folder: str, read: Read) -> Iterator[str]:
    """Yield what each file of a folder says about its Python, as specifiers."""
    prefix = ""
    if folder:
        prefix = f"{folder}/"
    project = _parse_toml(_read_text(read, f"{prefix}pyproject.toml"))
    yield from _list_in_pyproject(project)
    for name, pattern in (("setup.cfg", _SETUP_CFG), ("setup.py", _SETUP_PY)):
        found = pattern.search(_read_text(read, prefix + name))
        if found:
            yield found[1]
    for line in _read_text(read, f"{prefix}.python-version").split("\n")[:1]:
        yield from _read_exact(line)
    found = _TOOL_VERSIONS.search(_read_text(read, f"{prefix}.tool-versions"))
    if found:
        yield from _read_exact(found[1].split()[0])
    for name, *keys in _TABLES:
        table = _parse_toml(_read_text(read, prefix + name))
        yield from _read_exact(str(value_at(table, *keys) or ""))
    runtime = _read_text(read, f"{prefix}runtime.txt")
    yield from _read_exact(runtime.removeprefix("python-"))


def _list_in_pyproject(project: dict[str, object]) -> Iterator[str]:
    wanted = value_at(project, "project", "requires-python")
    if isinstance(wanted, str):
        yield wanted
    for tool in ("poetry", "pixi"):
        version = value_at(
            project,
            "tool",
            tool,
            "dependencies",
            "python",
        )
        if isinstance(version, dict):
            version = version.get("version")
        if isinstance(version, str):
            yield version
    for tool in ("ruff", "black"):
        target = value_at(
            project,
            "tool",
            tool,
            "target-version",
        )
        minors = [int(found) for found in _TARGET_VERSION.findall(str(target or ""))]
        if minors:
            yield f">=3.{min(minors)}"


def _read_exact(version: str) -> Iterator[str]:
    """Yield ``>=3.12`` for 3.12, 3.12.1, cpython-3.12 or pypy3.10."""
    found = re.search(r"3\.(\d+)", version.partition("#")[0])
    if found:
        yield f">=3.{found[1]}"


def _read_text(read: Read, path: str) -> str:
    return decode_text(read(path))


def _parse_toml(text: str) -> dict[str, object]:
    toml = load_toml_reader()
    if toml is None or not text.strip():
        return {}
    try:
        table: dict[str, object] = toml.loads(text)
    except (ValueError, RecursionError):
        return {}
    return table
