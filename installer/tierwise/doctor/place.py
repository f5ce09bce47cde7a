"""Where things are: the repository, its ledger, Claude Code's settings and plugins, read once for all checks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tierwise import ledger, repo
from tierwise.doctor.known_settings import is_loadable
from tierwise.doctor.plugins import Plugin, list_plugins
from tierwise.doctor.settings_file import SettingsFile, read_settings
from tierwise.domain.client_facts import MANAGED_SETTINGS
from tierwise.files import find_home, read_text
from tierwise.loose import as_mapping, list_mappings

MANAGED = os.path.dirname(MANAGED_SETTINGS)
LOCAL = ".claude/settings.local.json"
OURS = "tierwise"  # the plugin's name
SPAWN_EVENT = "PreToolUse"
_NAMES = re.compile(r"[\w-]+(?:\s*[|,]\s*[\w-]+)*")


@dataclass(frozen=True)
class Hook:
    """One hook on one event: what it runs (a command or a URL), on which tools, and who brought it."""

    event: str
    matcher: str
    runs: str
    source: str

    @property
    def is_own_plugins(self) -> bool:
        """Whether Tierwise's own plugin brings it."""
        return self.source in (f"plugin {OURS}", f"skill {OURS}")

    @property
    def is_ours(self) -> bool:
        """Whether it is Tierwise's, by settings or by plugin."""
        if self.is_own_plugins:
            return True
        ours = (
            ".tierwise/hook",
            "/tierwise/hook/",
            "tierwise-hook",
        )
        return any(mark in self.runs for mark in ours)

    @property
    def sees_spawns(self) -> bool:
        """Whether its matcher takes in agents' calls."""
        return self.sees_tool("Agent") or self.sees_tool("Task")

    def sees_tool(self, tool: str) -> bool:
        """Tell whether its matcher takes in a tool: names with `|` or `,` between them, else a pattern found anywhere.

        As the client reads them (2.1.197 and 2.1.332): ``Bash,Agent`` and ``^Ag`` see agents, ``Age`` does not.
        """
        if self.matcher in ("", "*"):
            return True
        if _NAMES.fullmatch(self.matcher):
            return tool in re.split(r"\s*[|,]\s*", self.matcher)
        try:
            return re.search(self.matcher, tool) is not None
        except re.error:
            return False


@dataclass(frozen=True)
class Place:
    """Everything the checks look at.  ``start``: the folder from which a session would start."""

    root: str
    start: str
    environ: Mapping[str, str]
    settings: tuple[SettingsFile, ...]
    plugins: tuple[Plugin, ...]

    @cached_property
    def ledger_rows(self) -> list[ledger.Row]:
        """Every row of the repository's ledger, oldest first."""
        return list(ledger.read(self.root))

    def weightiest(
        self,
        key: str,
        *,
        only_managed: bool = False,
    ) -> tuple[object, str]:
        """Return the value of a key that counts, and the file that says it: of single values the weightiest file's.

        Some keys count only where an administrator has set them (``only_managed``).
        """
        for one in self.settings:
            counts = one.is_managed or not only_managed
            if counts and key in one.value:
                return one.value[key], one.path
        return None, ""

    @property
    def hooks(self) -> list[Hook]:
        """All hooks of all settings and enabled plugins; the client runs equal commands of one event once."""
        found: dict[tuple[str, str, str], Hook] = {}
        for one in self.settings:
            for hook in hooks_of(one):
                key = (hook.event, hook.matcher, hook.runs)
                found.setdefault(key, hook)
        every = list(found.values())
        for plugin in self.plugins:
            every += _hooks_of_plugin(plugin)
        return every

    @property
    def spawn_hooks(self) -> list[Hook]:
        """Those that Tierwise brings on a call of a tool."""
        ours = [hook for hook in self.hooks if hook.is_ours]
        return [hook for hook in ours if hook.event == SPAWN_EVENT]

    @property
    def own_plugin(self) -> Plugin | None:
        """Tierwise's own plugin, where it is enabled here."""
        for plugin in self.plugins:
            if plugin.name == OURS:
                return plugin
        return None


def look(
    root: str,
    environ: Mapping[str, str],
    start: str = "",
) -> Place:
    """Read the settings that count for a session that starts in ``start`` (the root, where nothing is given).

    In the client's documented order, the weightiest first: managed, local, project, user.  The project's file is
    read from the start folder only, the local one from the main work tree too (measured on 2.1.329).
    """
    start = start or root
    home = config_folder(environ)
    paths = [
        Path(start, LOCAL),
        Path(main_work_tree(root), LOCAL),
        Path(start, ".claude", "settings.json"),
        home / "settings.json",
    ]
    every = []
    for path in managed_files():
        settings = read_settings(path)
        every.append(replace(settings, is_managed=True))
    for path in dict.fromkeys(paths):
        every.append(read_settings(path))
    present = tuple(one for one in every if one.value or one.fault)
    plugins = tuple(list_plugins(home, root, present, environ))
    return Place(root, start, environ, present, plugins)


def start_folder(root: str) -> str:
    """Tell where one stands, in the spelling of ``root``: the folder from which a session would start."""
    here = os.path.realpath(repo.find_current_folder())
    below = os.path.relpath(here, os.path.realpath(root))
    start = os.path.join(root, below)
    return os.path.normpath(start)


def managed_files() -> list[Path]:
    """List an administrator's settings files, the weightiest first: of drop-ins the last by name."""
    folder = Path(MANAGED)
    drop_ins = (folder / "managed-settings.d").glob("*.json")
    return [*sorted(drop_ins, reverse=True), folder / "managed-settings.json"]


def main_work_tree(root: str) -> str:
    """Return the work tree whose local settings the client reads: for a linked one the main one, else the root itself."""
    common = os.path.join(repo.git_folder(root), "commondir")
    text = read_text(common).strip()
    if not text:
        return root
    named = os.path.join(os.path.dirname(common), text)
    top, name = os.path.split(os.path.realpath(named))
    if name != ".git":
        return root
    return top


def config_folder(environ: Mapping[str, str]) -> Path:
    """Claude Code's own folder of the person."""
    named, _, _ = environ.get("CLAUDE_CONFIG_DIR", "").partition(",")
    if named:
        return Path(named)
    return Path(find_home(environ), ".claude")


def hooks_of(settings: SettingsFile) -> list[Hook]:
    """List the hooks of one settings file."""
    return list(list_hooks(settings.value.get("hooks"), settings.path))


def _hooks_of_plugin(plugin: Plugin) -> Iterator[Hook]:
    for hooks in plugin.hooks:
        for hook in list_hooks(hooks, plugin.title):
            runs = hook.runs.replace(
                "${CLAUDE_PLUGIN_ROOT}",
                str(plugin.folder),
            )
            yield replace(hook, runs=runs)


def list_hooks(value: object, source: str) -> Iterator[Hook]:
    """Yield the hooks of a mapping of events, as settings, plugins and frontmatter have it."""
    for event, groups in as_mapping(value).items():
        for group in list_mappings(groups):
            matcher = str(group.get("matcher") or "")
            for entry in list_mappings(group.get("hooks")):
                if not is_loadable(entry):
                    continue
                runs = entry.get("command") or entry.get("url") or entry.get("type")
                yield Hook(
                    str(event),
                    matcher,
                    str(runs),
                    source,
                )
