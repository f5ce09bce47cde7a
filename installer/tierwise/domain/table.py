"""The compiled policy: what hooks read.  Standard library only.

``.tierwise/table.json`` is written by sync and committed; ``.tierwise/local/table.json`` is a hook's own
recompilation after tierwise.yaml was edited.  Its keys are those of ``policy.compile``.
"""

import os

from tierwise import (
    bundle,
    fastjson,
    local_state,
    repo,
)
from tierwise.digests import hash_sha256
from tierwise.files import read_usable, with_lf

SHARED = os.path.join(repo.FOLDER, "table.json")
OWN = "table.json"
BESIDE = "beside"  # in a hook's own table: the digest of the shared one when it was compiled
# As compiling writes them; one that a table of an older version lacks is no fault.
_LISTS = ("ladder", "agents_off", "requires")
# Whose values are sections, too.
_OF_SECTIONS = ("tiers", "agents", "routes", "kinds", "prices")
_OF_CHOICES = ("agents", "routes")
_SECTIONS = (
    "sources", "tiers", "automated", "kinds", "routes", "agents", "frontier_only", "complexity", "session", "ci",
    "limits", "hooks", "checks", "escalation", "gates", "reuse", "budget", "costs", "explore", "routing", "prices",
    "repository",
)  # fmt: skip
LIMIT = 8 << 20  # bytes; a larger table or policy is not there for a hook

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.domain.table_shape import Table


def load(root: "str | None") -> "Table | None":
    """Return the freshest compiled policy of a repository, current or not; None where there is none that can be read.

    Powers that this user has not trusted are left out (see :mod:`tierwise.trust`): anybody can commit a table.
    """
    if root is None:
        return None
    found = _load_freshest(root)
    if found is None:
        return None
    return _withhold_powers(root, found)


def _load_freshest(root: str) -> "Table | None":
    data = _read_data(os.path.join(root, SHARED))
    shared = _parse_table(data)
    own = _parse_table(local_state.read(root, OWN, limit=LIMIT))
    for found in (shared, own):
        if found is not None and is_current(root, found):
            return found
    # The policy has changed since and does not compile.  The hook's own table is the last valid one while the
    # shared table is still the one beside which it was compiled: times of files can be set by anybody.
    if own is not None and own.get(BESIDE) == digest_of(data):
        return own
    return shared or own


def write_own(root: str, table: "Table") -> None:
    """Keep a hook's own compilation, with the digest of the shared table that it is newer than.  Raises OSError."""
    beside = digest_of(_read_data(os.path.join(root, SHARED)))
    data = fastjson.dumps({**table, BESIDE: beside}).encode()
    local_state.write(root, OWN, data=data)


def load_shared(root: str) -> "Table | None":
    """Return the committed table, as sync wrote it; without the powers that this user has not trusted."""
    found = _read_table(os.path.join(root, SHARED))
    if found is None:
        return None
    return _withhold_powers(root, found)


def _withhold_powers(root: str, found: "Table") -> "Table":
    from tierwise.trust.powers import (
        list_powers,
    )  # a repository without a policy waits for none

    found.pop("withheld", None)  # ours alone to say
    if not list_powers(found):
        return found
    from tierwise.trust.guard import guard_table

    return guard_table(root, found)


def load_default() -> "Table":
    """Return the compiled `balanced` preset, for repositories without a policy (the plugin's case)."""
    table = _read_table(bundle.path("templates", "default-table.json"))
    if table is None:
        raise FileNotFoundError(bundle.path("templates", "default-table.json"))
    return table


def is_current(root: str, table: "Table") -> bool:
    """Return whether the policy still has the content from which ``table`` was compiled."""
    return digest_policy(root) == find_source(table)


def find_source(table: "Table") -> str:
    """Return the digest of the policy that a table was compiled from; empty where it names none."""
    sources = table.get("sources")
    if not isinstance(sources, dict):
        return ""
    return str(sources.get(repo.POLICY) or "")


def digest_policy(root: str) -> str:
    """Return SHA-256 of the policy's text in hex; empty where there is none."""
    return digest_text_file(os.path.join(root, repo.POLICY))


def digest_text_file(path: str) -> str:
    """Return SHA-256 of a text file in hex, whatever its line ends; empty where the file cannot be read."""
    return digest_of(_read_data(path))


def digest_of(data: "bytes | None") -> str:
    """Return SHA-256 of a text in hex, whatever its line ends; empty for None."""
    if data is None:
        return ""
    return hash_sha256(with_lf(data))


def _read_table(path: str) -> "Table | None":
    return _parse_table(_read_data(path))


def _read_data(path: str) -> "bytes | None":
    return read_usable(path, limit=LIMIT)


def _parse_table(data: "bytes | None") -> "Table | None":
    if data is None:
        return None
    value: Any = fastjson.read_object(data)
    if value.get("schema") != 1 or not _has_sections(value):
        return None
    table: Table = value
    return table


def _has_sections(value: "Mapping[str, Any]") -> bool:
    """Return whether the sections are what compiling writes.

    Anybody can commit a table, and readers take them as they are.
    """
    sections = [value[name] for name in _SECTIONS if name in value]
    for name in _OF_SECTIONS:
        sections += _entries_of(value.get(name))
    lists = [value[name] for name in _LISTS if name in value]
    are_typed = _are_all(dict, sections) and _are_all(list, lists)
    return (
        are_typed
        and _has_ladder(value)
        and _has_choices(value)
        and _has_session_kinds(value.get("session", {}))
    )


def _are_all(kind: type, values: "list[Any]") -> bool:
    return all(isinstance(value, kind) for value in values)


def _has_ladder(value: "Mapping[str, Any]") -> bool:
    """Return whether every step of the ladder is a tier."""
    tiers = value.get("tiers", {})
    return all(isinstance(name, str) and name in tiers for name in value.get("ladder", []))


def _has_choices(value: "Mapping[str, Any]") -> bool:
    """Return whether every choice, the default among them, is a step of the ladder."""
    if "ladder" not in value:
        return True
    chosen = [value.get("default")]
    for name in _OF_CHOICES:
        for choice in _entries_of(value.get(name)):
            chosen.append(choice.get("tier"))
    return all(tier in value["ladder"] for tier in chosen)


def _has_session_kinds(session: "Mapping[str, Any]") -> bool:
    """Return whether the kinds of work that move a conversation are names; a table from before them has none."""
    light_turns = session.get("light_turns", {})
    if not isinstance(light_turns, dict):
        return False
    kinds = [session.get("up", []), light_turns.get("kinds", [])]
    if not _are_all(list, kinds):
        return False
    return all(_are_all(str, names) for names in kinds)


def _entries_of(section: object) -> "list[Any]":
    if not isinstance(section, dict):
        return []
    return list(section.values())
