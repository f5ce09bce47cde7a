"""The compiled policy: what hooks read.  Standard library only.

``.tierwise/table.json`` is written by sync and committed; ``.tierwise/local/table.json`` is a hook's own
recompilation after tierwise.yaml was edited.  Its keys are those of ``policy.compile``.
"""

import os

from tierwise import bundle, fastjson, repo
from tierwise.files import read_bytes, with_lf

SHARED = os.path.join(repo.FOLDER, "table.json")

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any

    Table = dict[str, Any]


def load(root: "str | None") -> "Table | None":
    """The freshest compiled policy of a repository, current or not; None where there is none that can be read."""
    if root is None:
        return None
    paths = [os.path.join(root, SHARED), repo.local(root, "table.json")]
    tables = [(path, table) for path in paths if (table := _read(path)) is not None]
    for _, table in tables:
        if is_current(root, table):
            return table
    # The policy has changed since and does not compile: the last good table is the newest.
    return max(tables, key=lambda found: os.stat(found[0]).st_mtime_ns)[1] if tables else None


def load_shared(root: str) -> "Table | None":
    """The committed table, as sync wrote it."""
    return _read(os.path.join(root, SHARED))


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


def sha256(data: bytes) -> str:
    """SHA-256 in hex.  ``hashlib`` loads OpenSSL, which costs a hook milliseconds; the built-in module does not."""
    global _sha256
    if _sha256 is None:
        try:
            from _sha2 import sha256 as _sha256  # type: ignore[import-not-found]  # Python 3.12 and later
        except ImportError:
            try:
                from _sha256 import sha256 as _sha256  # type: ignore[import-not-found]
            except ImportError:
                from hashlib import sha256 as _sha256
    return str(_sha256(data).hexdigest())


_sha256: "Any" = None  # found at the first use


def _read(path: str) -> "Table | None":
    try:
        data = read_bytes(path)
        value = fastjson.loads(data) if data is not None else None
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) and value.get("schema") == 1 else None
