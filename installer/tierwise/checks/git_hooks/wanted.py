"""Which git hooks a policy wants, and how each is said to stand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.checks.git_hooks.place import find_hook_folder
from tierwise.checks.git_hooks.script import is_ours
from tierwise.commits.habit import measure_habit
from tierwise.domain.table_shape import Table
from tierwise.files import read_bytes

_MESSAGES = "commit-msg"
CHECKS = ("pre-commit", _MESSAGES)
# What the policy says of messages where nobody chose anything.
_UNSAID: tuple[object, ...] = (None, "spec", "optional")
SYNC = ("post-checkout", "post-merge")
# What is said of a hook, and whether the hook now does its work.
WELL = (
    "installed",
    "updated",
    "kept",
    "configured",
    "optional",
    "removed",
    "restored",
    "absent",
)


@dataclass(frozen=True)
class HookState:
    """One hook after a call.

    ``status`` of install: installed, updated, kept (was there), configured (a manager runs it), idle (a manager is
    told of it and its own hook is not in place), offered (a manager owns the hook: ``entry`` goes into ``config``),
    optional (offered, not imposed), shared, edited or blocked (not touched; ``note`` says why).  Of uninstall:
    removed, restored, absent, edited.  Of status: kept, outdated, edited, foreign, configured, idle, offered, absent.
    """

    hook: str
    path: str
    status: str
    note: str = ""
    config: str = ""
    entry: str = ""

    @property
    def is_well(self) -> bool:
        return self.status in WELL


def hooks_for(table: Table | None) -> tuple[str, ...]:
    """Return the hooks that a policy wants: the checks, with ``sync: on-checkout`` those that sync as well."""
    if table and table.get("sync") == "on-checkout":
        return CHECKS + SYNC
    return CHECKS


def choose_hooks(
    root: str,
    table: Table | None,
) -> tuple[list[str], list[HookState]]:
    """Return the hooks to install, and those that are offered only."""
    optional = find_optional_hooks(root, table)
    left_out = {state.hook for state in optional}
    wanted = [hook for hook in hooks_for(table) if hook not in left_out]
    return wanted, optional


def find_optional_hooks(
    root: str,
    table: Table | None,
) -> list[HookState]:
    """Return the hooks that are offered and not imposed: commit-msg where the team writes other messages.

    A policy that says anything about messages, and a hook that is there, count as asking for it.
    """
    rules: Mapping[str, Any] = {}
    checks = (table or {}).get("checks")
    if isinstance(checks, dict):
        rules = checks.get("commit") or {}
    is_chosen = any(value not in _UNSAID for value in rules.values())
    path = os.path.join(
        find_hook_folder(root).folder,
        _MESSAGES,
    )
    found = read_bytes(path)
    if is_chosen or (found is not None and is_ours(found)):
        return []
    habit = measure_habit(root)
    if not habit.is_other:
        return []
    note = (
        f"{habit.conventional} of the last {habit.total} messages follow Conventional Commits;"
        f" {name_command(_MESSAGES)} checks them from now on"
    )
    return [HookState(_MESSAGES, path, "optional", note)]


def name_command(hook: str, *, force: bool = False) -> str:
    """Return the command that installs one hook and no other."""
    command = f"tierwise git-hooks install --hook {hook}"
    if force:
        command += " --force"
    return f"`{command}`"
