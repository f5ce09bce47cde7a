"""``render_targets``: everything that a policy wants on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tierwise import __version__, bundle
from tierwise.domain.table import SHARED
from tierwise.files import with_lf
from tierwise.policy.compile import compile_table
from tierwise.policy.load import Loaded
from tierwise.sync.disk import obstacle
from tierwise.sync.state import State
from tierwise.targets.agents import own_agents, shipped_agents
from tierwise.targets.commands import command_targets
from tierwise.targets.routing_md import routing_md
from tierwise.targets.settings import LAUNCHER, settings_target
from tierwise.targets.settings import PATH as SETTINGS
from tierwise.targets.target import Read, Target, whole_file

PLUGIN = "tierwise@tierwise"


def render_targets(root: str, loaded: Loaded, read: Read, state: State) -> list[Target]:
    """The files that the policy speaks of, sorted by path; those that cannot be touched carry a problem."""
    targets = sorted(_targets(root, loaded, read, state), key=lambda target: target.path)
    return [_checked(root, target) for target in targets]


def hook_groups() -> dict[str, list[Any]]:
    """The hook entries for settings.json: the events of ``hooks/hooks.json``, started by our launcher."""
    events = json.loads(bundle.read_text("hooks", "hooks.json"))["hooks"]
    return {
        event: [_launched(event, group) for group in groups] for event, groups in events.items()
    }


def _targets(root: str, loaded: Loaded, read: Read, state: State) -> Iterator[Target]:
    own = list(own_agents(root, loaded, read, state))
    yield from own
    yield from shipped_agents(root, loaded, read, state, {target.path for target in own})
    yield from command_targets(loaded, read)
    table = compile_table(loaded)
    yield whole_file(SHARED.replace("\\", "/"), _table_bytes(table, read), read)
    yield whole_file(".tierwise/schema.json", bundle.read_bytes("templates", "schema.json"), read)
    yield whole_file(".tierwise/.gitignore", b"local/\n", read)
    yield whole_file(
        ".tierwise/.gitattributes", b"* -text\n", read
    )  # a launcher with CRLF does not run
    yield whole_file(LAUNCHER, bundle.read_bytes("templates", "hook.sh"), read, mode=0o755)
    yield whole_file("ROUTING.md", routing_md(table).encode(), read)
    session = loaded.policy.session
    keys = {"model": session.model, "effortLevel": session.effort}
    hooks = {} if plugin_enabled(read) or loaded.policy.hooks.mode == "off" else hook_groups()
    wanted = {key: value for key, value in keys.items() if value is not None}
    settings = settings_target(hooks, wanted, read, state.get(SETTINGS))
    if hooks or wanted or (settings.found is not None and SETTINGS not in state):
        yield settings  # else nothing of ours belongs there; what the state remembers is taken out


def _checked(root: str, target: Target) -> Target:
    problem = target.problem or obstacle(root, target.path)
    return replace(target, problem=problem) if problem else target


def _launched(event: str, group: dict[str, Any]) -> dict[str, Any]:
    # `|| true`: a shell that finds no launcher (another branch, a half-taken-out Tierwise) exits 2, which would
    # block every prompt.  What the hook has to say it says on standard output.
    command = f'sh "$CLAUDE_PROJECT_DIR/{LAUNCHER}" {event} || true'
    return {**group, "hooks": [{**hook, "command": command} for hook in group["hooks"]]}


def plugin_enabled(read: Read) -> bool:
    """Whether the repository's own settings enable the plugin, which brings the same hooks."""
    for path in (SETTINGS, ".claude/settings.local.json"):
        try:
            enabled = json.loads(read(path) or b"{}").get("enabledPlugins", {})
            if isinstance(enabled, dict) and enabled.get(PLUGIN):
                return True
        except (ValueError, AttributeError, RecursionError):
            continue
    return False


def _table_bytes(table: Mapping[str, Any], read: Read) -> bytes:
    """The table with its writer's version; where only that differs, the bytes that stand there."""
    found = read(SHARED.replace("\\", "/"))
    try:
        writer = json.loads(found or b"{}").get("tierwise")
    except (ValueError, AttributeError, RecursionError):
        writer = None
    as_found = _json({**table, "tierwise": writer})
    if found is not None and with_lf(found) == as_found:
        return as_found
    return _json({**table, "tierwise": __version__})


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
