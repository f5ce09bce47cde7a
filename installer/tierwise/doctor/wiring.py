"""The wiring: is the hook called, once, and does anything else pull at the same calls."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from tierwise import repo
from tierwise.claude_hooks.agent_file import frontmatter_value
from tierwise.doctor.client import client_version
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.frontmatter_hooks import list_frontmatter_hooks
from tierwise.doctor.place import (
    LOCAL,
    OURS,
    SPAWN_EVENT,
    Place,
    hooks_of,
)
from tierwise.doctor.settings_file import SettingsFile
from tierwise.domain import client_facts, table
from tierwise.domain.client_facts import at_least
from tierwise.domain.coding_tools import CLAUDE
from tierwise.domain.kinds import ALIASES
from tierwise.errors import TierwiseError
from tierwise.files import read_text, read_usable
from tierwise.loose import as_list, value_at
from tierwise.policy.load import load_policy
from tierwise.shown import cut_text

_COMMAND_WIDTH = 80  # characters of another hook's command in a finding
AGENT_TOOLS = ("Agent", "Task")  # the tool that spawns, by its name today and before
_SUBMODULE = re.compile(r"^\s*path\s*=(.*)$", re.MULTILINE)
SHOWN = 5  # names in one line


def check_settings(place: Place) -> Iterator[Diagnosis]:
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
        yield fail(
            "hooks",
            f"disableAllHooks is on in {path}",
            remedy,
        )
    is_closed, path = place.weightiest("allowManagedHooksOnly", only_managed=True)
    if is_closed is True:
        remedy = "Ask who administers this machine to allow Tierwise's hook."
        yield fail(
            "hooks",
            f"allowManagedHooksOnly is on in {path}",
            remedy,
        )


def check_wiring(place: Place) -> Iterator[Diagnosis]:
    """Check that the spawn hook is wired exactly once; nobody else rewrites the same calls."""
    ours = [hook for hook in place.spawn_hooks if hook.sees_spawns]
    if not ours and not wants_claude_code(place):
        yield ok("wiring", "none: the policy's `targets` leave Claude Code out")
    elif not ours:
        yield fail(
            "wiring",
            _explain_unwired(place),
            _wiring_remedy(place),
        )
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
    yield from describe_other_hooks(place)


def wants_claude_code(place: Place) -> bool:
    """Tell whether the policy is for Claude Code, whose spawns are routed; one that cannot be read is."""
    try:
        return CLAUDE in load_policy(place.root).policy.targets
    except TierwiseError:
        return True


def check_permissions(place: Place) -> Iterator[Diagnosis]:
    """Permission rules on agents' calls: they see the model that the hook writes."""
    only_managed, _ = place.weightiest("allowManagedPermissionRulesOnly", only_managed=True)
    for one in place.settings:
        if only_managed and not one.is_managed:
            continue
        for verdict, rule in _list_rules(one):
            if rule.partition("(")[0] in AGENT_TOOLS:
                what = _explain_rule(rule, verdict, one.path)
                yield warn(
                    "permissions",
                    what,
                    _rule_remedy(rule),
                )


def _list_rules(settings: SettingsFile) -> Iterator[tuple[str, str]]:
    """Yield each rule that refuses or asks, with its verdict."""
    for verdict in ("deny", "ask"):
        for rule in as_list(value_at(settings.value, "permissions", verdict)):
            yield verdict, str(rule)


def check_foreign_agents(place: Place) -> Iterator[Diagnosis]:
    """Agents of other plugins that pin a model: the hook overrules it at the spawn, the policy may name them."""
    for plugin in place.plugins:
        if plugin.name == OURS:
            continue
        agents = plugin.folder / "agents"
        for path in sorted(agents.glob("*.md")):
            data = read_usable(str(path)) or b""
            model = frontmatter_value(data, b"model")
            if model and model != "inherit":
                name = f"{plugin.name}:{path.stem}"
                remedy = f'Name it under `agents:` to choose its tier, such as "{name}": mid.'
                yield warn(
                    "agents",
                    f"{name} pins {model}; the hook decides by the task all the same",
                    remedy,
                )


def check_subfolders(place: Place) -> Iterator[Diagnosis]:
    """Sessions that start below the repository's root, or in a linked work tree's subfolder, are routed too."""
    has_plugin = place.own_plugin is not None
    if _is_wired_locally(place):
        yield _judge_client(place, has_plugin)
    elif place.spawn_hooks and not has_plugin:
        what = "sessions that start in a subfolder are not routed: the client reads no settings.json above them"
        yield warn(
            "subfolders",
            what,
            "Run `tierwise sync` in the main work tree.",
        )


def _judge_client(place: Place, has_plugin: bool) -> Diagnosis:
    """Tell whether the client here finds what stands in the local settings of the work tree's top."""
    version = client_version(place)
    if has_plugin or at_least(version, client_facts.LOCAL_SETTINGS_HOLD_BELOW):
        return ok(
            "subfolders",
            "sessions that start in a subfolder are routed too",
        )
    what = f"Claude Code {version} reads no settings above the folder in which a session starts"
    remedy = f"Update it to {client_facts.LOCAL_SETTINGS_HOLD_BELOW} or newer, or enable the plugin for the user."
    if place.start == place.root:
        return warn(
            "subfolders",
            f"{what}: in subfolders nothing is routed",
            remedy,
        )
    return fail(
        "subfolders",
        f"{what}: here nothing is routed",
        remedy,
    )


def _is_wired_locally(place: Place) -> bool:
    """Tell whether the weightiest of the local settings calls us."""
    for one in place.settings:
        if one.path.endswith(LOCAL):
            return any(hook.is_ours for hook in hooks_of(one))
    return False


def check_submodules(place: Place) -> Iterator[Diagnosis]:
    """Name submodules, which are repositories of their own: what is wired above them does not hold there."""
    if place.own_plugin is not None:
        return
    names = []
    for name in list_submodules(place.root):
        policy = os.path.join(place.root, name, repo.POLICY)
        if not os.path.exists(policy):
            names.append(name)
    if names:
        what = f"sessions that start in a submodule are not routed: {', '.join(names[:SHOWN])}"
        remedy = "Run `tierwise install` in the submodule, or enable the plugin for the user."
        yield warn("submodules", what, remedy)


def list_submodules(root: str) -> list[str]:
    """List the submodules of ``.gitmodules`` that are checked out, by their paths."""
    text = read_text(os.path.join(root, ".gitmodules"))
    found = []
    for value in _SUBMODULE.findall(text):
        path = value.strip().strip('"')
        if repo.has_git(os.path.join(root, path)):
            found.append(path)
    return found


def _explain_unwired(place: Place) -> str:
    if place.start == place.root:
        return "no hook of Tierwise's sees the spawns"
    below = os.path.relpath(place.start, place.root)
    return f"no hook of Tierwise's sees the spawns of a session that starts in {below}"


def _wiring_remedy(place: Place) -> str:
    policy = table.load(place.root) or {}
    if policy.get("hooks", {}).get("mode") == "off":
        return "The policy says `hooks: {mode: off}`; set another mode, then run `tierwise sync`."
    return "Run `tierwise sync`, or enable the plugin for the user."


def describe_other_hooks(place: Place) -> Iterator[Diagnosis]:
    """Hooks that are not ours on the calls that start agents: each may rewrite them."""
    for hook in (*place.hooks, *list_frontmatter_hooks(place)):
        sees_agents = hook.sees_spawns or hook.sees_tool("Workflow")
        if hook.event == SPAWN_EVENT and sees_agents and not hook.is_ours:
            runs = cut_text(hook.runs, _COMMAND_WIDTH)
            remedy = (
                "If it rewrites the call, the last of the two to finish wins: keep one of them."
            )
            yield warn(
                "wiring",
                f"{hook.source} has a hook on the same calls: {runs}",
                remedy,
            )


def _explain_rule(
    rule: str,
    verdict: str,
    path: str,
) -> str:
    meaning = "it stands above the policy"
    for alias in ALIASES:
        if f"model:{alias}" in rule.replace(" ", ""):
            meaning = f"spawns that the policy sends to {alias} are hit"
    return f"{path}: {verdict} {rule}; {meaning}"


def _rule_remedy(rule: str) -> str:
    if "model:" in rule:
        return "Take that model out of the tiers, or the rule out of the settings."
    return "Keep it if it is meant; Tierwise never lifts a permission rule."
