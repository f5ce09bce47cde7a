"""Claude Code: subagents, slash commands, and the hooks in its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tierwise import bundle
from tierwise.domain.hook_line import make_hook_line
from tierwise.domain.record import Entry
from tierwise.loose import value_at
from tierwise.policy.load import Loaded
from tierwise.policy.session import Session
from tierwise.targets import agents, commands
from tierwise.targets.roles import role_files
from tierwise.targets.settings import PATH as SETTINGS
from tierwise.targets.settings import (
    remove_part,
    settings_target,
)
from tierwise.targets.target import Read, RepoReader, WantedFile

PLUGIN = "tierwise@tierwise"


class ClaudeTarget:
    """What Claude Code reads below ``.claude``."""

    name = "claude"
    owns = (
        f"{agents.FOLDER}/**/*.md",
        f"{commands.FOLDER}/*.md",
        f"./{SETTINGS}",
    )
    spliced = (f"./{SETTINGS}",)
    limits = ()

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield agents of the user's own that the policy names, the shipped ones, commands, and the settings."""
        yield from role_files(agents.DIALECT, policy, repo)
        yield from commands.command_targets(policy, repo.read)
        yield from _want_settings(policy, repo)

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return the settings without our hooks and session keys; an agent with the lines that stood there before."""
        if path == SETTINGS:
            return remove_part(current, entry)
        return agents.DIALECT.take_out(current, entry)


def _want_settings(
    policy: Loaded,
    repo: RepoReader,
) -> Iterator[WantedFile]:
    hooks = {}
    if _wants_hooks(policy, repo):
        hooks = hook_groups()
    keys = _list_session_keys(policy.policy.session)
    entry = repo.state.get(SETTINGS)
    settings = settings_target(hooks, keys, repo.read, entry)
    is_unrecorded = settings.found is not None and entry is None
    if hooks or keys or is_unrecorded:
        yield settings  # else nothing of ours belongs there; what the state remembers is taken out


def _wants_hooks(policy: Loaded, repo: RepoReader) -> bool:
    if policy.policy.hooks.mode == "off" or not repo.wires_hooks:
        return False
    return not plugin_enabled(repo.read)


def _list_session_keys(session: Session) -> dict[str, str]:
    keys = {}
    if session.model is not None:
        keys["model"] = session.model
    if session.effort is not None:
        keys["effortLevel"] = session.effort
    return keys


def hook_groups() -> dict[str, list[Any]]:
    """Return the hook entries for settings.json: the events of ``hooks/hooks.json``, started by our launcher."""
    shipped = json.loads(bundle.read_text("hooks", "hooks.json"))
    started = {}
    for event, groups in shipped["hooks"].items():
        ours = {"command": make_hook_line(event)}
        for group in groups:
            group["hooks"] = [{**hook, **ours} for hook in group["hooks"]]
        started[event] = groups
    return started


def plugin_enabled(read: Read) -> bool:
    """Return whether the repository's own settings enable the plugin, which brings the same hooks."""
    for path in (SETTINGS, ".claude/settings.local.json"):
        try:
            settings = json.loads(read(path) or b"{}")  # as the client: strict, and UTF-16 too
        except (ValueError, RecursionError):
            continue
        if value_at(settings, "enabledPlugins", PLUGIN):
            return True
    return False
