"""Models that the client's settings do not allow: there a tier's `fallback:` takes its work.

Settings are read only where the policy names a fallback at all: nobody else waits for that.
"""

import os

from tierwise import fastjson
from tierwise.claude_hooks import enforce
from tierwise.domain.allowed_models import find_served
from tierwise.domain.client_facts import MANAGED_SETTINGS
from tierwise.files import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event
    from tierwise.domain.table_shape import Table


def fall_back(
    assigned: "Placement",
    event: "Event",
    table: "Table",
) -> "Placement":
    """Tell where a spawn runs, given the models that are allowed: on its tier, else on the tier's fallback."""
    if not _fallback_of(assigned, table):
        return assigned
    allowed, denied, path = find_lists(event)
    is_exact = _matches_exactly()
    first, tried = assigned, {assigned.tier}
    while assigned.model and not find_served(
        assigned.model, allowed, denied, event.client, is_exact
    ):
        following = _fallback_of(assigned, table)
        if not following or following in tried:
            return first  # nothing on the way is allowed: the decision stands, and doctor says so
        assigned = enforce.on_tier(following, table)
        tried.add(assigned.tier)
    if assigned is not first:
        assigned.override = first.override
        assigned.fallback = f"{first.model} ({first.tier}) is not allowed by {path}"
    return assigned


def find_lists(event: "Event") -> "tuple[list[str] | None, list[str], str]":
    """Find the models that the settings allow (None where no file lists any), those denied, and the files that say so.

    The client joins the lists of all files; an administrator's leave no other a say, and only an administrator
    denies models (measured on 2.1.197, 2.1.329 and 2.1.332).
    """
    managed = _list_managed()
    names, files = _join_lists(managed, "availableModels")
    if not files:
        names, files = _join_lists(_list_own(event), "availableModels")
    allowed = None
    if files:
        allowed = names
    denied, denying = _join_lists(managed, "deniedModels")
    places = dict.fromkeys([*files, *denying])
    return allowed, denied, " and ".join(places)


def _list_own(event: "Event") -> "list[str]":
    """List the settings files of the project and of the person."""
    root = event.root or event.text("cwd")
    config, _, _ = event.environ.get("CLAUDE_CONFIG_DIR", "").partition(",")
    if not config:
        config = os.path.join(
            event.environ.get("HOME", ""),
            ".claude",
        )
    return [
        os.path.join(root, ".claude", "settings.local.json"),
        os.path.join(root, ".claude", "settings.json"),
        os.path.join(config, "settings.json"),
    ]


def _list_managed() -> "list[str]":
    """List an administrator's settings files, the drop-ins first."""
    folder = os.path.join(os.path.dirname(MANAGED_SETTINGS), "managed-settings.d")
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    drop_ins = [os.path.join(folder, name) for name in names if name.endswith(".json")]
    return [*sorted(drop_ins, reverse=True), MANAGED_SETTINGS]


def _matches_exactly() -> bool:
    """Tell whether an administrator says `availableModelsMatch: exact`; nobody else may."""
    for path in _list_managed():
        said = _read_settings(path, "availableModelsMatch").get("availableModelsMatch")
        if said is not None:
            return bool(said == "exact")
    return False


def _join_lists(
    paths: "list[str]",
    key: str,
) -> "tuple[list[str], list[str]]":
    """Join the models that any of some files lists under a key, and those files."""
    names: list[str] = []
    files = []
    for path in paths:
        listed = _read_settings(path, key).get(key)
        if isinstance(listed, list):
            names += map(str, listed)
            files.append(path)
    return names, files


def _read_settings(path: str, key: str) -> "dict[str, Any]":
    """Read a settings file's object; empty where it cannot be read, or says nothing of the key."""
    try:
        data = read_bytes(path) or b""
    except (OSError, ValueError):
        return {}
    if f'"{key}"'.encode() not in data:
        return {}
    return fastjson.read_object(data)


def _fallback_of(assigned: "Placement", table: "Table") -> str:
    tier = table["tiers"].get(assigned.tier) or {}
    named = tier.get("fallback")
    if not isinstance(named, str):
        return ""
    return named
