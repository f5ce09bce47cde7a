"""The compiled policy: what hooks read.  Standard library only.

``.tierwise/table.json`` is written by sync and committed; ``.tierwise/local/table.json`` is a hook's own
recompilation after tierwise.yaml was edited.  Its keys are those of ``policy.compile``.
"""

import os

from tierwise import bundle, fastjson, repo
from tierwise.digests import sha256
from tierwise.files import read_bytes, with_lf
from tierwise.trust.powers import WITHHELD, list_powers

SHARED = os.path.join(repo.FOLDER, "table.json")

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any

    Table = dict[str, Any]


def load(root: "str | None") -> "Table | None":
    """The freshest compiled policy of a repository, current or not; None where there is none that can be read.

    Powers that this user has not trusted are left out (see :mod:`tierwise.trust`): anybody can commit a table.
    """
    if root is None:
        return None
    found = _load_freshest(root)
    return None if found is None else _guard(root, found)


def _load_freshest(root: str) -> "Table | None":
    paths = [os.path.join(root, SHARED), repo.local(root, "table.json")]
    tables = [(path, table) for path in paths if (table := _read(path)) is not None]
    for _, table in tables:
        if is_current(root, table):
            return table
    # The policy has changed since and does not compile: the last good table is the newest.
    return max(tables, key=lambda found: os.stat(found[0]).st_mtime_ns)[1] if tables else None


def load_shared(root: str) -> "Table | None":
    """The committed table, as sync wrote it; without the powers that this user has not trusted."""
    found = _read(os.path.join(root, SHARED))
    return None if found is None else _guard(root, found)


def _guard(root: str, found: "Table") -> "Table":
    found.pop(WITHHELD, None)  # ours alone to say
    if not list_powers(found):
        return found
    from tierwise.trust.guard import guard_table

    return guard_table(root, found)


def load_default() -> "Table":
    """The compiled `balanced` preset, for repositories without a policy (the plugin's case)."""
    table = _read(bundle.path("templates", "default-table.json"))
    if table is None:
        raise FileNotFoundError(bundle.path("templates", "default-table.json"))
    return table


def is_current(root: str, table: "Table") -> bool:
    """Whether every source file of ``table`` still has the content that was compiled."""
    sources = table.get("sources") or {}
    return all(digest(os.path.join(root, name)) == known for name, known in sources.items())


def digest(path: str) -> str:
    """SHA-256 of a text file in hex, whatever its line ends; empty where the file cannot be read."""
    try:
        data = read_bytes(path)
    except OSError:
        data = None
    return "" if data is None else sha256(with_lf(data))


def _read(path: str) -> "Table | None":
    try:
        data = read_bytes(path)
        value = fastjson.loads(data) if data is not None else None
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) and value.get("schema") == 1 else None
