"""Node: package.json and its lock file against what lies in node_modules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from semantic_version import NpmSpec, Version

from tierwise.checks.project import read_json
from tierwise.contained import find_folders
from tierwise.domain.change import Finding
from tierwise.loose import as_mapping, list_texts

_INSTALLERS = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install --frozen-lockfile",
    "yarn.lock": "yarn install --immutable",
    "bun.lock": "bun install --frozen-lockfile",
    "bun.lockb": "bun install --frozen-lockfile",
    "deno.lock": "deno install",
}
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
_MANIFEST = "package.json"


def find_missing_packages(root: str) -> list[Finding]:
    """Return a finding for each declared package that node_modules lacks or has in another version.

    Right is the version of package-lock.json, and without one what the declared range allows.  The packages of
    workspaces are looked for beside them and at the top.
    """
    top = Path(root)
    manifest = read_json(top / _MANIFEST)
    if not manifest or _find_present(top, (".pnp.cjs", ".pnp.loader.mjs")):
        return []
    installer = _find_present(top, _INSTALLERS)
    command = _INSTALLERS.get(installer, "npm install")
    locked = _read_locked(top)
    members = _list_members(top, manifest)
    own = {str(read_json(member / _MANIFEST).get("name")) for member in members}
    findings = []
    for folder in (top, *members):
        source = (folder / _MANIFEST).relative_to(top).as_posix()
        for name, wanted in sorted(_list_wanted(folder).items()):
            if name in own:
                continue
            complaint = _find_complaint(
                top,
                folder,
                name,
                wanted,
                locked,
            )
            if complaint:
                findings.append(Finding(source, f"{complaint} (`{command}`)"))
    return findings


def _read_locked(top: Path) -> dict[str, object]:
    """Return the packages of the lock file, by their folder; none without one."""
    lock_file = _find_present(top, _LOCKS)
    if not lock_file:
        return {}
    return as_mapping(read_json(top / lock_file).get("packages"))


def _find_present(top: Path, names: Iterable[str]) -> str:
    """Return the first of the names that is there; empty where none is."""
    return next((name for name in names if (top / name).exists()), "")


def is_in_range(version: str, wanted: str) -> bool:
    """Return whether an npm range allows a version; what is no range (a tag, an address, a path) counts as allowed."""
    try:
        return Version(version) in NpmSpec(wanted.strip() or "*")
    except ValueError:
        return True


def _find_complaint(
    top: Path,
    folder: Path,
    name: str,
    wanted: str,
    locked: dict[str, object],
) -> str:
    for place in dict.fromkeys((folder, top)):
        path = place / "node_modules" / name
        if not (path / _MANIFEST).is_file():
            continue
        version = read_json(path / _MANIFEST).get("version")
        if not isinstance(version, str):
            return ""
        right = None
        entry = locked.get(path.relative_to(top).as_posix())
        if isinstance(entry, dict):
            right = entry.get("version")
        if isinstance(right, str) and right != version:
            return f"{name} is {version} in node_modules and {right} in the lock file"
        if right is None and not is_in_range(version, wanted):
            return f"{name} is {version} in node_modules, and {wanted} is asked for"
        return ""
    return f"{name} is not installed in node_modules"


def _list_wanted(folder: Path) -> dict[str, str]:
    manifest = read_json(folder / _MANIFEST)
    optional = as_mapping(manifest.get("optionalDependencies"))
    declared = {
        **as_mapping(manifest.get("dependencies")),
        **as_mapping(manifest.get("devDependencies")),
    }
    return {
        name: wanted
        for name, wanted in declared.items()
        if name not in optional and isinstance(wanted, str)
    }


def _list_members(
    top: Path,
    manifest: dict[str, object],
) -> list[Path]:
    """Return the folders of the workspaces that package.json names."""
    left_out: set[str] = set()
    found: list[str] = []
    for glob in _list_workspaces(manifest):
        if glob.startswith("!"):
            left_out.update(find_folders(str(top), glob[1:]))
        else:
            found += find_folders(str(top), glob)
    members = [Path(folder) for folder in dict.fromkeys(found) if folder not in left_out]
    return [member for member in members if (member / _MANIFEST).is_file()]


def _list_workspaces(manifest: dict[str, object]) -> list[str]:
    """Return the globs that package.json has for workspaces, in either spelling."""
    workspaces = manifest.get("workspaces")
    if isinstance(workspaces, dict):
        workspaces = workspaces.get("packages")
    return list_texts(workspaces)
