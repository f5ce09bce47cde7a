"""Python: pyproject.toml, a lock file and requirements.txt against the distributions that are installed.

Installed is what has a ``*.dist-info`` folder: a listing of one folder, no import, no package manager.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from tierwise.checks.builtin.requirement import Requirement, applies, normalise, parse, satisfied
from tierwise.checks.builtin.syntax_toml import read_toml_module
from tierwise.domain.change import Finding

_LOCKS = {"uv.lock": "uv sync", "poetry.lock": "poetry install", "pdm.lock": "pdm sync"}


def missing_distributions(root: str) -> list[Finding]:
    """A finding for each dependency that the project's environment lacks or has in another version."""
    source, wanted = declared(Path(root))
    if not wanted:
        return []
    folder = environment(Path(root))
    installed = _installed(folder)
    locked = _locked(Path(root))
    command = next((how for name, how in _LOCKS.items() if Path(root, name).exists()), None)
    if command is None:
        command = (
            "pip install -r requirements.txt"
            if source == "requirements.txt"
            else "pip install -e ."
        )
    where = _shown(folder, root)
    findings = []
    for need in wanted:
        if not applies(need.marker, _python_of(folder)):
            continue
        version = installed.get(need.name)
        if version is None:
            findings.append(
                Finding(source, f"{need.name} is not installed in {where} (`{command}`)")
            )
        elif need.name in locked and version not in locked[need.name]:
            lock = " or ".join(sorted(locked[need.name]))
            message = (
                f"{need.name} is {version} in {where} and {lock} in the lock file (`{command}`)"
            )
            findings.append(Finding(source, message))
        elif not satisfied(version, need.clauses):
            asked = ",".join(operator + number for operator, number in need.clauses)
            findings.append(
                Finding(
                    source,
                    f"{need.name} is {version} in {where}, and {asked} is asked for (`{command}`)",
                )
            )
    return findings


def declared(root: Path) -> tuple[str, list[Requirement]]:
    """The file that declares the project's dependencies, and what it declares; extras are left out."""
    project = _toml(root / "pyproject.toml")
    lines = project.get("project", {}).get("dependencies", [])
    poetry = project.get("tool", {}).get("poetry", {}).get("dependencies", {})
    if isinstance(poetry, dict):
        required = [
            name
            for name, how in poetry.items()
            if not (isinstance(how, dict) and (how.get("optional") or how.get("markers")))
        ]
        lines = [*lines, *(name for name in required if name != "python")]
    if lines:
        return "pyproject.toml", _parsed(lines)
    return "requirements.txt", _parsed(_requirement_lines(root / "requirements.txt", set()))


def environment(root: Path) -> Path | None:
    """The site-packages folder of the project's environment, or of the Python on PATH; None without either."""
    venvs = [root / ".venv", root / "venv"]
    venvs += [
        Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)
    ]
    for venv in venvs:
        found = [*sorted(venv.glob("lib/python3*/site-packages")), *venv.glob("Lib/site-packages")]
        if found:
            return found[-1]
    from tierwise.checks.spawn import find, output

    python = find("python3") or find("python")
    if python is None:
        return None
    code, text = output(
        [python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    )
    return Path(text.decode().strip()) if code == 0 else None


def _parsed(lines: list[str]) -> list[Requirement]:
    return [need for need in map(parse, lines) if need is not None]


def _requirement_lines(path: Path, seen: set[Path]) -> list[str]:
    if path in seen or not path.is_file():
        return []
    seen.add(path)
    lines: list[str] = []
    for line in (
        path.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ").splitlines()
    ):
        line = line.strip()
        included = re.match(r"(?:-r|--requirement)[ =]*(\S+)", line)
        if included:
            lines += _requirement_lines(path.parent / included[1], seen)
        elif line and not line.startswith(("#", "-")):
            lines.append(line.partition(" --")[0])
    return lines


def _installed(folder: Path | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if folder is None or not folder.is_dir():
        return found
    for entry in os.listdir(folder):
        stem, dot, kind = entry.rpartition(".")
        if dot and kind in ("dist-info", "egg-info", "egg-link"):
            name, _, version = stem.partition("-")
            found[normalise(name)] = version.partition("-py")[0]
    return found


def _locked(root: Path) -> dict[str, set[str]]:
    """Versions by name; a lock may hold several for different platforms."""
    versions: dict[str, set[str]] = {}
    for name in _LOCKS:
        for package in _toml(root / name).get("package", []):
            if isinstance(package, dict) and package.get("version"):
                versions.setdefault(normalise(package["name"]), set()).add(package["version"])
    return versions


def _toml(path: Path) -> dict[str, Any]:
    toml = read_toml_module()
    if toml is None or not path.is_file():
        return {}
    try:
        data: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}  # the check of syntax says what is wrong with it
    return data


def _python_of(folder: Path | None) -> str:
    found = re.search(r"python(3\.\d+)", str(folder or ""))
    if found:
        return found[1]
    import sys

    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _shown(folder: Path | None, root: str) -> str:
    if folder is None:
        return "any environment"
    try:
        return folder.relative_to(root).parts[0]
    except ValueError:
        return "the active environment"
