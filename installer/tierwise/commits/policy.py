"""Where the settings of the commit check come from.  Standard library only.

The compiled table is read; where tierwise.yaml was written after it, and says something else, it is compiled again in
a process of its own, so that an edit holds for the very next commit.
"""

from tierwise.commits.system import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Settings = dict[str, Any]

_LIMIT = 8 << 20  # bytes; a larger policy or table is passed over
DEFAULT: "Settings" = {"preset": "spec"}


def read_settings(start: str = ".") -> "tuple[Settings, str]":
    """The policy's ``checks.commit``, and what is to be said about it (empty when all is well).

    The preset ``spec`` where there is no policy, or none that can be read.
    """
    if (
        exists(start + "/.git")
        and not exists(start + "/.tierwise")
        and not exists(start + "/tierwise.yaml")
    ):
        return DEFAULT, ""
    fault = ""
    found = _read_shared(start)
    if found is None:
        found, fault = _read_any(start)
    checks = found.get("checks")
    chosen = checks.get("commit") if isinstance(checks, dict) else None
    return (chosen if isinstance(chosen, dict) else DEFAULT), fault


def _read_shared(start: str) -> "Settings | None":
    """The table that sync wrote, while it is current and there is no other to weigh it against.

    As ``table.load`` and ``table.is_current``, without the 3 ms that importing them costs.
    """
    if exists(start + "/.tierwise/local/table.json"):
        return None
    path = start + "/.tierwise/table.json"
    from tierwise import fastjson
    from tierwise.errors import TierwiseError
    from tierwise.files import read_bytes

    try:
        found = fastjson.loads(read_bytes(path, _LIMIT) or b"null")
    except (OSError, ValueError, TierwiseError):
        return None
    if not isinstance(found, dict) or found.get("schema") != 1:
        return None
    return found if _is_compiled_from(start, found) else None


def _is_compiled_from(start: str, found: "Settings") -> bool:
    """Whether the sources have the content that was compiled; after a fresh clone their times say nothing."""
    try:
        from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]  # Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            return False
    from tierwise.errors import TierwiseError
    from tierwise.files import read_bytes, with_lf

    sources = found.get("sources") or {}
    try:
        for name, known in sources.items():
            data = read_bytes(f"{start}/{name}", _LIMIT)
            if data is None or sha256(with_lf(data)).hexdigest() != known:
                return False
    except (OSError, TierwiseError):
        return False
    return bool(sources)


def _read_any(start: str) -> "tuple[Settings, str]":
    from tierwise import repo
    from tierwise.domain.fresh_table import load_fresh

    found, fault = load_fresh(repo.find_root(start))
    return found or {}, fault
