"""Where things are: the repository, Claude Code's settings and its plugins, read once for all checks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tierwise.domain.client_facts import MANAGED_SETTINGS

MANAGED = MANAGED_SETTINGS
OURS = "tierwise"  # the plugin's name


@dataclass(frozen=True)
class Settings:
    """One settings file.  ``fault``: why it cannot be read, empty where it can."""

    path: str
    value: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True)
class Plugin:
    """One plugin that is enabled here; ``folder`` is where the client keeps its files."""

    name: str
    folder: Path


@dataclass(frozen=True)
class Hook:
    """One hook on one event: what it runs (a command or a URL), on which tools, and who brought it."""

    event: str
    matcher: str
    runs: str
    source: str

    @property
    def is_ours(self) -> bool:
        """Whether it is Tierwise's, by settings or by plugin."""
        ours = (".tierwise/hook", "/tierwise/hook/", "tierwise-hook")
        return any(mark in self.runs for mark in ours) or self.source == f"plugin {OURS}"

    @property
    def sees_spawns(self) -> bool:
        """Whether its matcher takes in agents' calls."""
        return self.sees_tool("Agent") or self.sees_tool("Task")

    def sees_tool(self, tool: str) -> bool:
        """Whether its matcher, a pattern over the tool's whole name, takes in a tool."""
        if self.matcher in ("", "*"):
            return True
        try:
            return re.fullmatch(self.matcher, tool) is not None
        except re.error:
            return False


@dataclass(frozen=True)
class Place:
    """Everything the checks look at."""

    root: str
    environ: Mapping[str, str]
    settings: tuple[Settings, ...]
    plugins: tuple[Plugin, ...]

    @property
    def hooks(self) -> list[Hook]:
        """All hooks of all settings and enabled plugins."""
        found = [hook for one in self.settings for hook in _hooks(one.value.get("hooks"), one.path)]
        for plugin in self.plugins:
            value = _read(plugin.folder / "hooks" / "hooks.json").value
            for hook in _hooks(value.get("hooks"), f"plugin {plugin.name}"):
                found.append(
                    replace(
                        hook, runs=hook.runs.replace("${CLAUDE_PLUGIN_ROOT}", str(plugin.folder))
                    )
                )
        return found


def look(root: str, environ: Mapping[str, str]) -> Place:
    """Read the settings that count here, the weightiest first, and the plugins that they enable."""
    home = config_folder(environ)
    project = Path(root, ".claude")
    paths = [
        *map(Path, MANAGED),
        project / "settings.local.json",
        project / "settings.json",
        home / "settings.json",
    ]
    settings = tuple(one for path in paths if (one := _read(path)).value or one.fault)
    return Place(root, environ, settings, tuple(_plugins(home, root, settings)))


def config_folder(environ: Mapping[str, str]) -> Path:
    """Claude Code's own folder of the person."""
    named = environ.get("CLAUDE_CONFIG_DIR", "").split(",")[0]
    return Path(named) if named else Path(environ.get("HOME") or os.path.expanduser("~"), ".claude")


def _plugins(home: Path, root: str, settings: tuple[Settings, ...]) -> Iterator[Plugin]:
    switched: dict[str, bool] = {}
    for one in settings:  # the weightiest file that names a plugin decides
        enabled = one.value.get("enabledPlugins")
        for name, on in enabled.items() if isinstance(enabled, Mapping) else ():
            switched.setdefault(name, bool(on))
    installed = _read(home / "plugins" / "installed_plugins.json").value.get("plugins")
    for name, on in sorted(switched.items()):
        copies = installed.get(name) if isinstance(installed, Mapping) else None
        for copy in copies if on and isinstance(copies, list) else ():
            project = copy.get("projectPath") if isinstance(copy, Mapping) else None
            if isinstance(copy, Mapping) and (
                project is None or os.path.realpath(project) == os.path.realpath(root)
            ):
                yield Plugin(name.split("@")[0], Path(str(copy.get("installPath"))))
                break


def _hooks(value: object, source: str) -> Iterator[Hook]:
    for event, groups in value.items() if isinstance(value, Mapping) else ():
        for group in groups if isinstance(groups, list) else ():
            entries = group.get("hooks") if isinstance(group, Mapping) else None
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, Mapping):
                    runs = str(entry.get("command") or entry.get("url") or entry.get("type") or "")
                    yield Hook(str(event), str(group.get("matcher") or ""), runs, source)


def _read(path: Path) -> Settings:
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return Settings(str(path), {})
    except (OSError, ValueError) as error:
        return Settings(str(path), {}, str(error))
    return Settings(str(path), value if isinstance(value, Mapping) else {}, "")
