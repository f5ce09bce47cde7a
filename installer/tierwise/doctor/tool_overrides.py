"""What beats a role's file in another tool, as measured in its client on the wire.

OpenCode 1.18.33, Gemini CLI 0.61.0, Copilot CLI 1.0.102.  In Qwen Code 0.24.4 a role of the user's own of the same
name does not beat the project's, nor does one in OpenCode and Gemini CLI.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierwise import bundle
from tierwise.contained import find_inside
from tierwise.doctor.finding import Finding, fail, warn
from tierwise.doctor.place import Place
from tierwise.domain.coding_tools import label_of
from tierwise.files import read_usable
from tierwise.policy.model import Policy
from tierwise.policy.on_target import serve_role
from tierwise.targets.formats import JSON

_GEMINI_SYSTEM_FILES = {
    "linux": "/etc/gemini-cli/settings.json",
    "darwin": "/Library/Application Support/GeminiCli/settings.json",
    "win32": "C:\\ProgramData\\gemini-cli\\settings.json",
}
_OPENCODE_FILES = ("opencode.json", "opencode.jsonc")
_OPENCODE_USER_FILES = ("config.json", *_OPENCODE_FILES)


@dataclass(frozen=True)
class Source:
    """A settings file of the tool's; ``values`` are None where it is no plain JSON."""

    path: str
    values: Mapping[str, Any] | None


@dataclass(frozen=True)
class Override:
    """One thing that beats the policy: the role, the file, and what in it (empty: the file itself)."""

    role: str
    path: str
    what: str = ""


def check_tool_overrides(place: Place, policy: Policy, target: str) -> Iterator[Finding]:
    """Each thing that keeps a tool's roles from running as the policy says, where it stands."""
    tool = _TOOLS.get(target)
    if tool is None:
        return
    sources = list(tool.read_sources(place))
    for source in sources:
        if source.values is None:
            what = f"{source.path} is no plain JSON: what it says of roles was not read"
            yield warn(target, what, "Look there for models of the policy's roles.")
    roles = list(_list_roles(policy, target))
    for override in tool.find_overrides(place, sources, roles):
        if override.role in roles:
            yield _describe(target, override)


def _list_roles(policy: Policy, target: str) -> Iterator[str]:
    """The shipped roles and the user's own that the policy gives a model in the tool."""
    shipped = bundle.names("agents", ".md")
    for name in dict.fromkeys([*shipped, *policy.agents]):
        if serve_role(policy, target, name) is not None:
            yield name


def _describe(target: str, override: Override) -> Finding:
    where = override.path
    remedy = "Take it away, or give it another name."
    if override.what:
        where = f"`{override.what}` in {override.path}"
        remedy = f"Take `{override.what}` out of {override.path}."
    return fail(target, f"{label_of(target)}'s {override.role} follows {where}", remedy)


def _read_gemini(place: Place) -> Iterator[Source]:
    yield from _read_inside(place, ".gemini/settings.json")
    home = place.environ.get("GEMINI_CLI_HOME") or _below_home(place)
    yield from _read_source(os.path.join(home, ".gemini", "settings.json"))
    system = _find_gemini_system(place)
    beside_it = os.path.join(os.path.dirname(system), "system-defaults.json")
    yield from _read_source(system)
    yield from _read_source(place.environ.get("GEMINI_CLI_SYSTEM_DEFAULTS_PATH") or beside_it)


def _find_gemini_system(place: Place) -> str:
    usual = _GEMINI_SYSTEM_FILES.get(sys.platform, _GEMINI_SYSTEM_FILES["linux"])
    return place.environ.get("GEMINI_CLI_SYSTEM_SETTINGS_PATH") or usual


def _find_in_gemini(_: Place, sources: list[Source], __: list[str]) -> Iterator[Override]:
    """Overrides of a role's model, and roles that are off; an alias of the user's own loses to the project's."""
    for source in sources:
        for role, change in _walk(source.values, "agents", "overrides").items():
            for key in ("modelConfig", "enabled"):
                if isinstance(change, Mapping) and change.get(key, True) is not True:
                    yield Override(role, source.path, f"agents.overrides.{role}.{key}")
        listed = _walk(source.values, "modelConfigs").get("overrides")
        for entry in listed if isinstance(listed, list) else ():
            scope = _walk(entry, "match").get("overrideScope")
            yield Override(str(scope), source.path, f"modelConfigs.overrides ({scope})")


def _read_copilot(place: Place) -> Iterator[Source]:
    yield from _read_source(os.path.join(_find_copilot_home(place), "settings.json"))


def _find_in_copilot(place: Place, sources: list[Source], roles: list[str]) -> Iterator[Override]:
    """Settings of the user's, and roles of the user's own with the same name."""
    for source in sources:
        for role in _walk(source.values, "subagents", "agents"):
            yield Override(role, source.path, f"subagents.agents.{role}")
    folder = os.path.join(_find_copilot_home(place), "agents")
    for role in roles:
        path = os.path.join(folder, f"{role}.agent.md")
        if os.path.isfile(path):
            yield Override(role, path)


def _find_copilot_home(place: Place) -> str:
    return place.environ.get("COPILOT_HOME") or _below_home(place, ".copilot")


def _read_opencode(place: Place) -> Iterator[Source]:
    for name in _OPENCODE_FILES:
        yield from _read_inside(place, name)
        yield from _read_inside(place, f".opencode/{name}")
        yield from _read_source(_below_home(place, ".opencode", name))
    config = place.environ.get("XDG_CONFIG_HOME") or _below_home(place, ".config")
    for name in _OPENCODE_USER_FILES:
        yield from _read_source(os.path.join(config, "opencode", name))
    named = place.environ.get("OPENCODE_CONFIG")
    if named:
        yield from _read_source(named)


def _find_in_opencode(place: Place, sources: list[Source], roles: list[str]) -> Iterator[Override]:
    """Roles that are off, and files in the older folder; a model in the settings loses to the file."""
    for source in sources:
        for role, settings in _walk(source.values, "agent").items():
            if isinstance(settings, Mapping) and settings.get("disable"):
                yield Override(role, source.path, f"agent.{role}.disable")
    for role in roles:
        path = find_inside(place.root, f".opencode/agent/{role}.md")
        if path is not None and os.path.isfile(path):
            yield Override(role, path)


@dataclass(frozen=True)
class _Tool:
    read_sources: Callable[[Place], Iterator[Source]]
    find_overrides: Callable[[Place, list[Source], list[str]], Iterator[Override]]
    """The last argument are the roles that have a model in the tool."""


_TOOLS: Mapping[str, _Tool] = {
    "opencode": _Tool(_read_opencode, _find_in_opencode),
    "gemini": _Tool(_read_gemini, _find_in_gemini),
    "copilot": _Tool(_read_copilot, _find_in_copilot),
}


def _below_home(place: Place, *names: str) -> str:
    home = place.environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, *names)


def _read_inside(place: Place, name: str) -> Iterator[Source]:
    path = find_inside(place.root, name)
    if path is not None:
        yield from _read_source(path)


def _read_source(path: str) -> Iterator[Source]:
    """A settings file, if there is one."""
    data = read_usable(path)
    if data is None:
        return
    try:
        values = JSON.load(data)
    except ValueError:
        values = None
    yield Source(path, values if isinstance(values, Mapping) else None)


def _walk(values: object, *keys: str) -> Mapping[str, Any]:
    """The object at a path of keys; an empty one where there is none."""
    for key in keys:
        values = values.get(key) if isinstance(values, Mapping) else None
    if isinstance(values, Mapping):
        return values
    return {}
