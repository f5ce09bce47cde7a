"""Python: pyproject.toml, a lock file and requirements.txt against the distributions that are installed."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import (
    InvalidRequirement,
    Requirement,
)
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tierwise.checks.dependencies.python_environment import (
    find_site_packages,
    list_installed,
    normalize_name,
    read_requires,
    read_version,
)
from tierwise.checks.project import read_toml
from tierwise.contained import find_folders, find_inside
from tierwise.domain.change import Finding
from tierwise.files import read_text
from tierwise.loose import (
    as_list,
    as_mapping,
    list_texts,
    value_at,
)

_LOCKS = {
    "uv.lock": "uv sync",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm sync",
}
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]*(\S+)")
_REQUIREMENTS = "requirements.txt"
_PROJECT = "pyproject.toml"


class _Installed:
    """What is installed in the project's environment, and what its lock file wants there."""

    def __init__(self, root: Path) -> None:
        self.folder = find_site_packages(str(root))
        self.distributions = list_installed(self.folder)
        self.locked = _read_locked(root)
        self.place = _describe_folder(self.folder, root)
        self.command = _find_command(root)
        minor = ".".join(map(str, sys.version_info[:2]))
        python = re.search(r"python(3\.\d+)", self.folder or "")
        if python is not None:
            minor = python[1]
        python_facts = {"python_version": minor, "python_full_version": f"{minor}.0"}
        self.facts = {**default_environment(), **python_facts}

    def applies(
        self,
        need: Requirement,
        extra: str = "",
    ) -> bool:
        """Return whether a requirement's marker holds in this environment."""
        if need.marker is None:
            return True
        facts = {name: str(value) for name, value in self.facts.items()}
        return need.marker.evaluate({**facts, "extra": extra})


def find_missing_distributions(root: str) -> list[Finding]:
    """Return a finding for each dependency that the project's environment lacks or has in another version.

    Looked at are the project's own dependencies, those of the groups and workspace members that its tool installs by
    default, and what the extras that are asked for bring.
    """
    top = Path(root)
    source, needs = list_declared(top)
    if not needs:
        return []
    installed = _Installed(top)
    findings = []
    seen: set[str] = set()
    for need in filter(installed.applies, needs):
        for each in (need, *_list_of_extras(need, installed)):
            complaint = _find_complaint(each, installed)
            if not complaint or complaint in seen:
                continue
            seen.add(complaint)
            if each is not need:
                extras = ",".join(sorted(need.extras))
                complaint += f" (asked for by {normalize_name(need.name)}[{extras}])"
            message = f"{complaint} (`{installed.command}`)"
            findings.append(Finding(source, message))
    return findings


def list_declared(root: Path) -> tuple[str, list[Requirement]]:
    """Return the file that declares the project's dependencies, and what it asks for by default."""
    project = read_toml(root / _PROJECT)
    lines = list(_list_project_lines(root, project))
    if not lines:
        requirements = _read_requirements(root)
        return _REQUIREMENTS, _parse_lines(requirements)
    names = [value_at(table, "project", "name") for table in _list_workspace(root, project)]
    own = {normalize_name(str(name or "")) for name in names}
    needs = [need for need in _parse_lines(lines) if normalize_name(need.name) not in own]
    return _PROJECT, needs


def _find_complaint(
    need: Requirement,
    installed: _Installed,
) -> str:
    name = normalize_name(need.name)
    metadata = installed.distributions.get(name)
    if metadata is None:
        return f"{name} is not installed in {installed.place}"
    version = read_version(metadata)
    locked = installed.locked.get(name)
    if locked and version not in locked:
        wanted = " or ".join(sorted(locked))
        return f"{name} is {version} in {installed.place} and {wanted} in the lock file"
    if not is_satisfied(version, need.specifier):
        return f"{name} is {version} in {installed.place}, and {need.specifier} is asked for"
    return ""


def is_satisfied(version: str, wanted: SpecifierSet) -> bool:
    """Return whether an installed version meets a specifier; what is no version counts as satisfied."""
    try:
        return wanted.contains(
            Version(version),
            prereleases=True,
        )
    except InvalidVersion:
        return True


def _list_of_extras(
    need: Requirement,
    installed: _Installed,
) -> Iterator[Requirement]:
    """Yield what the extras of a requirement bring, by the installed distribution's own metadata."""
    name = normalize_name(need.name)
    metadata = installed.distributions.get(name)
    if not need.extras or metadata is None:
        return
    for line in _parse_lines(read_requires(metadata)):
        is_of_extra = any(installed.applies(line, extra) for extra in need.extras)
        if is_of_extra and not installed.applies(line):
            yield line


def _list_project_lines(
    root: Path,
    project: dict[str, object],
) -> Iterator[str]:
    for table in _list_workspace(root, project):
        dependencies = value_at(
            table,
            "project",
            "dependencies",
        )
        poetry = value_at(
            table,
            "tool",
            "poetry",
            "dependencies",
        )
        yield from list_texts(dependencies)
        yield from _list_poetry(poetry)
    groups = value_at(project, "dependency-groups")
    if isinstance(groups, dict):
        for name in _list_default_groups(root, project):
            yield from _expand_group(groups, name, set())
    if (root / "pdm.lock").exists():
        by_group = value_at(
            project,
            "tool",
            "pdm",
            "dev-dependencies",
        )
        for lines in as_mapping(by_group).values():
            yield from list_texts(lines)
    poetry_groups = value_at(project, "tool", "poetry", "group")
    for group in as_mapping(poetry_groups).values():
        if not value_at(group, "optional"):
            dependencies = value_at(group, "dependencies")
            yield from _list_poetry(dependencies)
    uv = value_at(project, "tool", "uv", "dev-dependencies")
    yield from list_texts(uv)


def _list_default_groups(
    root: Path,
    project: dict[str, object],
) -> list[str]:
    """Return the groups that the project's tool installs without being told: pip installs none."""
    chosen = value_at(project, "tool", "uv", "default-groups")
    groups = value_at(project, "dependency-groups")
    if chosen == "all" and isinstance(groups, dict):
        return list(groups)
    if isinstance(chosen, list):
        return [str(name) for name in chosen]
    if any((root / lock).exists() for lock in _LOCKS):
        return ["dev"]
    return []


def _expand_group(
    groups: dict[str, object],
    name: str,
    seen: set[str],
) -> Iterator[str]:
    by_name = {normalize_name(key): lines for key, lines in groups.items()}
    wanted = normalize_name(name)
    if wanted in seen:
        return
    seen.add(wanted)
    for line in as_list(by_name.get(wanted)):
        included = value_at(line, "include-group")
        if isinstance(line, str):
            yield line
        elif isinstance(included, str):
            yield from _expand_group(groups, included, seen)


def _list_workspace(
    root: Path,
    project: dict[str, object],
) -> list[dict[str, object]]:
    """Return the project's own pyproject.toml and those of uv's workspace members."""
    workspace = value_at(project, "tool", "uv", "workspace")
    excluded = set(_list_folders(root, value_at(workspace, "exclude")))
    members = _list_folders(
        root,
        value_at(workspace, "members"),
    )
    folders = [folder for folder in members if folder not in excluded]
    return [project, *(read_toml(Path(folder) / _PROJECT) for folder in folders)]


def _list_folders(
    root: Path,
    patterns: object,
) -> Iterator[str]:
    for pattern in list_texts(patterns):
        yield from find_folders(str(root), pattern)


def _list_poetry(table: object) -> Iterator[str]:
    """Yield Poetry's dependencies as requirements; its own version syntax is left to its lock file."""
    for name, how in as_mapping(table).items():
        is_optional = value_at(how, "optional")
        is_marked = value_at(how, "markers")
        if name != "python" and not is_optional and not is_marked:
            yield name


def _parse_lines(lines: Iterable[str]) -> list[Requirement]:
    """Return the requirements among lines; what is none (a path, an option) is left out."""
    needs = []
    for line in lines:
        text, _, _ = line.partition(" #")
        try:
            needs.append(Requirement(text.strip()))
        except (InvalidRequirement, InvalidSpecifier):
            continue
    return needs


def _read_requirements(root: Path) -> list[str]:
    """Return the lines of requirements.txt and of what it includes, as far as that lies in the repository."""
    lines: list[str] = []
    names = [_REQUIREMENTS]
    for name in names:  # grows by what a file includes
        path = find_inside(str(root), name)
        if path is None:
            continue
        text = read_text(path).replace("\\\n", " ")
        for raw in text.splitlines():
            line = raw.strip()
            included = _INCLUDED.match(line)
            if included:
                beside = posixpath.join(posixpath.dirname(name), included[1])
                following = posixpath.normpath(beside)
                if following not in names:
                    names.append(following)
            elif line and not line.startswith(("#", "-")):
                plain, _, _ = line.partition(" --")
                lines.append(plain)
    return lines


def _read_locked(root: Path) -> dict[str, set[str]]:
    """Return versions by name; a lock may hold several for different platforms."""
    versions: dict[str, set[str]] = {}
    for lock in _LOCKS:
        packages = read_toml(root / lock).get("package")
        for package in as_list(packages):
            name = value_at(package, "name")
            version = value_at(package, "version")
            if isinstance(name, str) and isinstance(version, str):
                known = versions.setdefault(
                    normalize_name(name),
                    set(),
                )
                known.add(version)
    return versions


def _find_command(root: Path) -> str:
    commands = [command for lock, command in _LOCKS.items() if (root / lock).exists()]
    if commands:
        return commands[0]
    if read_toml(root / _PROJECT).get("project"):
        return "pip install -e ."
    return f"pip install -r {_REQUIREMENTS}"


def _describe_folder(folder: str | None, root: Path) -> str:
    if folder is None:
        return "any environment"
    try:
        return Path(folder).relative_to(root).parts[0]
    except ValueError:
        return "the active environment"
