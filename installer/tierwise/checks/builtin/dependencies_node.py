"""Node: package.json and package-lock.json against what lies in node_modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tierwise.domain.change import Finding

_INSTALLERS = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install --frozen-lockfile",
    "yarn.lock": "yarn install --immutable",
    "bun.lock": "bun install --frozen-lockfile",
    "bun.lockb": "bun install --frozen-lockfile",
}


def missing_packages(root: str) -> list[Finding]:
    """A finding for each declared package that node_modules lacks or has in another version than the lock."""
    folder = Path(root)
    declared = _read(folder / "package.json")
    if not declared or (folder / ".pnp.cjs").exists():
        return []
    names = {**_mapping(declared, "dependencies"), **_mapping(declared, "devDependencies")}
    optional = _mapping(declared, "optionalDependencies")
    command = next(
        (how for name, how in _INSTALLERS.items() if (folder / name).exists()), "npm install"
    )
    locked = _mapping(_read(folder / "package-lock.json"), "packages")
    findings = []
    for name in sorted(set(names) - set(optional)):
        manifest = folder / "node_modules" / name / "package.json"
        if not manifest.is_file():
            findings.append(
                Finding("package.json", f"{name} is not installed in node_modules (`{command}`)")
            )
            continue
        wanted = _mapping(locked, f"node_modules/{name}").get("version")
        version = _read(manifest).get("version")
        if wanted and version and wanted != version:
            message = f"{name} is {version} in node_modules and {wanted} in package-lock.json (`{command}`)"
            findings.append(Finding("package.json", message))
    return findings


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _mapping(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}
