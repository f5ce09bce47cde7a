"""The wiring: is the hook called, once, and does anything else pull at the same calls."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from tierwise import repo
from tierwise.claude_hooks.agent_file import frontmatter_value
from tierwise.doctor.client import client_version
from tierwise.doctor.finding import Finding, fail, ok, warn
from tierwise.doctor.place import LOCAL, OURS, Hook, Place, hooks_of
from tierwise.domain import client_facts, table
from tierwise.domain.client_facts import at_least
from tierwise.domain.kinds import ALIASES
from tierwise.files import read_bytes, read_usable

_COMMAND_WIDTH = 80  # characters of another hook's command in a finding
EVENT = "PreToolUse"
SHOWN = 5  # names in one line


def check_settings(place: Place) -> Iterator[Finding]:
    """Settings that cannot be read, or that switch hooks off."""
    for one in place.settings:
        if one.fault:
            yield fail(
                "settings",
                f"{one.path} {one.fault}",
                "Fix it; the client ignores it as it is.",
            )
    is_off, path = place.weightiest("disableAllHooks")
    if is_off is True:
        remedy = "Set it to false: no hook runs, nothing is routed."
        yield fail("hooks", f"disableAllHooks is on in {path}", remedy)
    is_closed, path = place.managed("allowManagedHooksOnly")
    if is_closed is True:
        remedy = "Ask who administers this machine to allow Tierwise's hook."
        yield fail("hooks", f"allowManagedHooksOnly is on in {path}", remedy)


def check_wiring(place: Place) -> Iterator[Finding]:
    """The spawn hook is wired exactly once; nobody else rewrites the same calls."""
    spawns = [hook for hook in place.hooks if hook.event == EVENT and hook.sees_spawns]
    ours = [hook for hook in spawns if hook.is_ours]
    if not ours:
        yield fail("wiring", _explain_unwired(place), _wiring_remedy(place))
    elif len(ours) > 1:
        places = " and ".join(hook.source for hook in ours)
        remedy = "Run `tierwise sync`: where the plugin is enabled it leaves the hooks out of settings.json."
        yield warn(
            "wiring",
            f"wired {len(ours)} times, in {places}: each spawn pays twice, decided once",
            remedy,
        )
    else:
        yield ok("wiring", f"wired once, in {ours[0].source}")
    yield from _describe_others(spawns)


def check_permissions(place: Place) -> Iterator[Finding]:
    """Permission rules on agents' calls: they see the model that the hook writes."""
    only_managed, _ = place.managed("allowManagedPermissionRulesOnly")
    for one in place.settings:
        if only_managed and not one.is_managed:
            continue
        rules = one.value.get("permissions")
        for verdict in ("deny", "ask"):
            listed = rules.get(verdict) if isinstance(rules, Mapping) else None
            for rule in listed if isinstance(listed, list) else ():
                if str(rule).startswith(("Agent", "Task")) and str(rule).partition("(")[0] in (
                    "Agent",
                    "Task",
                ):
                    yield warn(
                        "permissions",
                        _explain_rule(str(rule), verdict, one.path),
                        _rule_remedy(str(rule)),
                    )


def check_foreign_agents(place: Place) -> Iterator[Finding]:
    """Agents of other plugins that pin a model: the hook overrules it at the spawn, the policy may name them."""
    for plugin in place.plugins:
        if plugin.name == OURS:
            continue
        for path in sorted((plugin.folder / "agents").glob("*.md")):
            model = frontmatter_value(read_usable(str(path)) or b"", b"model")
            if model and model != "inherit":
                name = f"{plugin.name}:{path.stem}"
                remedy = f'Name it under `agents:` to choose its tier, such as "{name}": mid.'
                yield warn(
                    "agents",
                    f"{name} pins {model}; the hook decides by the task all the same",
                    remedy,
                )


def check_subfolders(place: Place) -> Iterator[Finding]:
    """Sessions that start below the repository's root, or in a linked work tree's subfolder, are routed too."""
    local = next((one for one in place.settings if one.path.endswith(LOCAL)), None)
    plugins = {plugin.name for plugin in place.plugins}
    if local is not None and any(hook.is_ours for hook in hooks_of(local)):
        yield _judge_client(place, OURS in plugins)
    elif OURS not in plugins and _is_wired(place):
        what = "sessions that start in a subfolder are not routed: the client reads no settings.json above them"
        yield warn("subfolders", what, "Run `tierwise sync` in the main work tree.")


def _judge_client(place: Place, has_plugin: bool) -> Finding:
    """Whether the client here finds what stands in the local settings of the work tree's top."""
    version = client_version(place)
    if has_plugin or at_least(version, client_facts.LOCAL_SETTINGS_HOLD_BELOW):
        return ok("subfolders", "sessions that start in a subfolder are routed too")
    what = f"Claude Code {version} reads no settings above the folder in which a session starts"
    remedy = f"Update it to {client_facts.LOCAL_SETTINGS_HOLD_BELOW} or newer, or enable the plugin for the user."
    if place.start == place.root:
        return warn("subfolders", f"{what}: in subfolders nothing is routed", remedy)
    return fail("subfolders", f"{what}: here nothing is routed", remedy)


def _is_wired(place: Place) -> bool:
    """Whether some settings file calls us before a spawn."""
    return any(hook.is_ours and hook.event == EVENT for hook in place.hooks)


def check_submodules(place: Place) -> Iterator[Finding]:
    """A submodule is a repository of its own: what is wired above it does not hold in it."""
    if any(plugin.name == OURS for plugin in place.plugins):
        return
    names = [
        name
        for name in list_submodules(place.root)
        if not os.path.exists(os.path.join(place.root, name, repo.POLICY))
    ]
    if names:
        what = f"sessions that start in a submodule are not routed: {', '.join(names[:SHOWN])}"
        remedy = "Run `tierwise install` in the submodule, or enable the plugin for the user."
        yield warn("submodules", what, remedy)


def list_submodules(root: str) -> list[str]:
    """The submodules of ``.gitmodules`` that are checked out, by their paths."""
    text = (read_bytes(os.path.join(root, ".gitmodules")) or b"").decode("utf-8", "replace")
    paths = [found.strip().strip('"') for found in re.findall(r"(?m)^\s*path\s*=(.*)$", text)]
    return [path for path in paths if os.path.exists(os.path.join(root, path, ".git"))]


def _explain_unwired(place: Place) -> str:
    if place.start == place.root:
        return "no hook of Tierwise's sees the spawns"
    below = os.path.relpath(place.start, place.root)
    return f"no hook of Tierwise's sees the spawns of a session that starts in {below}"


def _wiring_remedy(place: Place) -> str:
    hooks = (table.load(place.root) or {}).get("hooks", {})
    if hooks.get("mode") == "off":
        return "The policy says `hooks: {mode: off}`; set another mode, then run `tierwise sync`."
    return "Run `tierwise sync`, or enable the plugin for the user."


def _describe_others(spawns: list[Hook]) -> Iterator[Finding]:
    for hook in spawns:
        if not hook.is_ours:
            runs = hook.runs
            if len(runs) >= _COMMAND_WIDTH:
                runs = runs[: _COMMAND_WIDTH - 3] + "..."
            remedy = (
                "If it rewrites the call, the last of the two to finish wins: keep one of them."
            )
            yield warn("wiring", f"{hook.source} has a hook on the same calls: {runs}", remedy)


def _explain_rule(rule: str, verdict: str, path: str) -> str:
    alias = next((alias for alias in ALIASES if f"model:{alias}" in rule.replace(" ", "")), "")
    hit = (
        f"spawns that the policy sends to {alias} are hit"
        if alias
        else "it stands above the policy"
    )
    return f"{path}: {verdict} {rule}; {hit}"


def _rule_remedy(rule: str) -> str:
    if "model:" in rule:
        return "Take that model out of the tiers, or the rule out of the settings."
    return "Keep it if it is meant; Tierwise never lifts a permission rule."
