"""The plugins that are enabled here, and where each names its hooks (measured on 2.1.197, 2.1.329 and 2.1.332).

Plugins are installed, or lie in folders that a variable names (since 2.1.329).  Hooks stand in ``hooks/hooks.json``,
and in what the key ``hooks`` of ``plugin.json`` says: a file of the plugin, the hooks themselves, or a list of both.
Modules stand in ``hooks/hooks.json`` alone.  A folder of the user's own skills with a ``plugin.json`` is a plugin, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.contained import find_inside
from tierwise.doctor.settings_file import SettingsFile, read_settings
from tierwise.files import find_home
from tierwise.loose import as_list, as_mapping, as_text, list_mappings, value_at

MANIFEST = Path(".claude-plugin", "plugin.json")
FOLDERS = "CLAUDE_CODE_PLUGIN_DIRS"
"""The variable with folders of plugins, in the environment, the user's settings or an administrator's."""


@dataclass(frozen=True)
class Plugin:
    """One plugin that is enabled here; ``folder`` is where the client keeps its files."""

    name: str
    folder: Path
    is_skill: bool = False

    @property
    def title(self) -> str:
        """What people know it by."""
        if self.is_skill:
            return f"skill {self.name}"
        return f"plugin {self.name}"

    @property
    def modules(self) -> list[str]:
        """The modules that its hooks' file names, in the spelling of that file."""
        return list(map(str, as_list(self._read_hooks_file().get("modules"))))

    @property
    def hooks(self) -> list[Mapping[str, Any]]:
        """All that it says of hooks: of each place the groups by event."""
        found: list[Mapping[str, Any]] = []
        found.append(as_mapping(self._read_hooks_file().get("hooks")))
        manifest = read_settings(self.folder / MANIFEST).value
        for named in _list_entries(manifest.get("hooks")):
            if isinstance(named, str):
                found.append(self._read_named(named))
            else:
                found.append(as_mapping(named))
        return found

    def _read_hooks_file(self) -> Mapping[str, Any]:
        return read_settings(self.folder / "hooks" / "hooks.json").value

    def _read_named(self, name: str) -> Mapping[str, Any]:
        """Read the hooks of a file that the manifest names; the client takes none outside of the plugin."""
        path = find_inside(str(self.folder), name.removeprefix("./"))
        if path is None or not name.startswith("./"):
            return {}
        return as_mapping(read_settings(Path(path)).value.get("hooks"))


def list_plugins(
    home: Path,
    root: str,
    settings: Sequence[SettingsFile],
    environ: Mapping[str, str],
) -> Iterator[Plugin]:
    """Tell what is enabled for a repository, ``home`` being the client's own folder, and the skills that are plugins."""
    known = read_settings(home / "plugins" / "installed_plugins.json")
    installed = as_mapping(known.value.get("plugins"))
    for name in _list_enabled(settings):
        folder = _find_copy(installed.get(name), root)
        if folder is not None:
            short_name, _, _ = name.partition("@")
            yield Plugin(short_name, folder)
    for path in _list_named_folders(home, settings, environ):
        manifest = read_settings(path / MANIFEST).value
        yield Plugin(as_text(manifest.get("name")) or path.name, path)
    for folder in sorted((home / "skills").glob("*")):
        if (folder / MANIFEST).is_file():
            yield Plugin(folder.name, folder, is_skill=True)


def _list_named_folders(
    home: Path,
    settings: Iterable[SettingsFile],
    environ: Mapping[str, str],
) -> Iterator[Path]:
    """Yield the folders of the variable; the client passes over relative ones, and over a repository's settings."""
    own = str(home / "settings.json")
    named = environ.get(FOLDERS, "")
    for one in settings:
        value = value_at(one.value, "env", FOLDERS)
        if value is not None and (one.is_managed or one.path == own):
            named = str(value)
            break
    for name in named.split(os.pathsep):
        path = name.strip()
        if path.startswith("~"):
            path = find_home(environ) + path[1:]
        if os.path.isabs(path):
            yield Path(path)


def _list_entries(named: object) -> list[object]:
    if isinstance(named, list):
        return named
    return [named]


def _list_enabled(settings: Iterable[SettingsFile]) -> list[str]:
    switched: dict[str, bool] = {}
    for one in settings:  # the weightiest file that names a plugin decides
        enabled = as_mapping(one.value.get("enabledPlugins"))
        for name, on in enabled.items():
            switched.setdefault(name, bool(on))
    return sorted(name for name in switched if switched[name])


def _find_copy(copies: object, root: str) -> Path | None:
    """Find the folder of the first copy of a plugin that is everybody's, or that of this project."""
    here = os.path.realpath(root)
    for copy in list_mappings(copies):
        project = copy.get("projectPath")
        if project is None or os.path.realpath(str(project)) == here:
            return Path(str(copy.get("installPath")))
    return None
