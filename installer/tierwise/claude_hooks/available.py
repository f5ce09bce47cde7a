"""Models that the client's settings do not allow: there a tier's `fallback:` takes its work.

Settings are read only where the policy names a fallback at all: nobody else waits for that.
"""

import os

from tierwise import fastjson
from tierwise.claude_hooks import enforce
from tierwise.domain.client_facts import (
    MANAGED_SETTINGS,
    is_available,
)
from tierwise.files import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event

    Table = dict[str, Any]


def fall_back(
    assigned: "Placement",
    event: "Event",
    table: "Table",
) -> "Placement":
    """Where a spawn runs, given the models that are allowed: on its tier, else on the tier's fallback."""
    if not _fallback_of(assigned, table):
        return assigned
    names, path = find_available(event)
    first, tried = assigned, {assigned.tier}
    while names is not None and assigned.model and not is_available(assigned.model, names):
        following = _fallback_of(assigned, table)
        if not following or following in tried:
            return first  # nothing on the way is allowed: the decision stands, and doctor says so
        assigned = enforce.on_tier(following, table)
        tried.add(assigned.tier)
    if assigned is not first:
        assigned.override = first.override
        assigned.fallback = f"{first.model} ({first.tier}) is not in availableModels of {path}"
    return assigned


def find_available(event: "Event") -> "tuple[list[str] | None, str]":
    """The models that the settings allow, and the files that list them; None where none does.

    The client joins the lists of all files; an administrator's leave no other a say (measured on 2.1.197 and 2.1.332).
    """
    root = event.root or event.text("cwd")
    config, _, _ = event.environ.get("CLAUDE_CONFIG_DIR", "").partition(",")
    if not config:
        config = os.path.join(
            event.environ.get("HOME", ""),
            ".claude",
        )
    own = [
        os.path.join(root, ".claude", "settings.local.json"),
        os.path.join(root, ".claude", "settings.json"),
        os.path.join(config, "settings.json"),
    ]
    names, files = _join_lists(_list_managed())
    if not files:
        names, files = _join_lists(own)
    if not files:
        return None, ""
    return names, " and ".join(files)


def _list_managed() -> "list[str]":
    """An administrator's settings files, the drop-ins first."""
    folder = os.path.join(os.path.dirname(MANAGED_SETTINGS), "managed-settings.d")
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    drop_ins = [os.path.join(folder, name) for name in names if name.endswith(".json")]
    return [*sorted(drop_ins, reverse=True), MANAGED_SETTINGS]


def _join_lists(paths: "list[str]") -> "tuple[list[str], list[str]]":
    """The models that any of some files lists, and those files."""
    names: list[str] = []
    files = []
    for path in paths:
        try:
            data = read_bytes(path) or b""
        except (OSError, ValueError):
            continue
        if b'"availableModels"' not in data:
            continue
        listed = fastjson.read_object(data).get("availableModels")
        if isinstance(listed, list):
            names += map(str, listed)
            files.append(path)
    return names, files


def _fallback_of(assigned: "Placement", table: "Table") -> str:
    tier = table["tiers"].get(assigned.tier) or {}
    named = tier.get("fallback")
    if not isinstance(named, str):
        return ""
    return named
