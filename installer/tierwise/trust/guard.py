"""Whether this user trusts a repository's powers; what is left of a table where not.

Every reader of a compiled policy gets it through :func:`guard_table`.  A command that needs a power
calls :func:`require_powers`.  Standard library only; hooks load this.
"""

import os
import time

from tierwise import __version__
from tierwise.digests import hash_sha256
from tierwise.errors import TierwiseError
from tierwise.files import find_home
from tierwise.loose import as_mapping
from tierwise.trust.identity import identify_repository
from tierwise.trust.notes import read_note, write_note
from tierwise.trust.powers import (
    WITHHELD,
    digest_powers,
    list_powers,
    withhold_powers,
)
from tierwise.user_folders import find_state_folder

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.trust.powers import Compiled

    Table = Mapping[str, Any]

VARIABLE = "TIERWISE_TRUST"
"""Set to 1, for machines without a person (CI): every repository is trusted."""
SCHEMA = 1
KEPT = 50
"""Different sets of powers that one repository's note remembers: a branch may have its own."""
HOW = "Look at them and allow them with `tierwise trust`."


class UntrustedError(TierwiseError):
    """A command needs powers that this user has not trusted."""


def guard_table(root: str, table: "Compiled") -> "Compiled":
    """Give the table itself where its powers are trusted (or it has none), else a copy without them."""
    if not are_powers_trusted(root, table):
        return withhold_powers(table)
    return table


def are_powers_trusted(root: str, table: "Table") -> bool:
    """Return whether this user noted exactly these powers for this repository; true where there are none."""
    digest = digest_powers(list_powers(table))
    if not digest or trusts_everything():
        return True
    return digest in _trusted(read_trust(root))


def trusts_everything() -> bool:
    """Return whether the environment says that there is no person to ask."""
    return os.environ.get(VARIABLE) == "1"


def require_powers(table: "Table", *keys: str) -> None:
    """Raise UntrustedError where a power at or below one of these dotted keys was withheld."""
    withheld = list_withheld(table, *keys)
    if not withheld:
        return
    names = ", ".join(withheld)
    raise UntrustedError(
        f"this repository's policy sets {names}, which you have not trusted",
        place="tierwise.yaml",
        remedy=HOW,
    )


def list_withheld(
    table: "Table",
    *keys: str,
) -> "dict[str, str]":
    """Return the powers that :func:`guard_table` took out, those at or below ``keys`` where any are given."""
    withheld = table.get(WITHHELD) or {}
    if not keys:
        return dict(withheld)
    found = {}
    for name, said in withheld.items():
        if any(f"{name}.".startswith(f"{key}.") for key in keys):
            found[name] = said
    return found


def describe_withheld(root: str, table: "Table") -> str:
    """Return one line on the powers that are left out; empty where none are."""
    withheld = list_withheld(table)
    if not withheld:
        return ""
    cause = "needs your trust first"
    if _trusted(read_trust(root)):
        cause = "has changed since you trusted it"
    return (
        f"what tierwise.yaml can run and send {cause}, and is left out "
        f"({len(withheld)} in all); see `tierwise trust`"
    )


def read_trust(root: str) -> "dict[str, object]":
    """Read the note on a repository: ``repository``, ``path`` and ``trusted`` (digest -> powers and time)."""
    path = _note_path(root)
    if path is None:
        return {}
    note = read_note(path)
    is_ours = note.get("schema") == SCHEMA
    if is_ours and note.get("repository") == identify_repository(root):
        return note
    return {}


def note_trust(root: str, table: "Table") -> "dict[str, str]":
    """Note the powers of a table as trusted, and return them.  Raises OSError where it cannot be written."""
    powers = list_powers(table)
    path = _note_path(root)
    if not powers:
        return powers
    if path is None:
        raise UntrustedError(
            "the state folder lies inside this repository, where anybody could write the note",
            place=find_state_folder(),
            remedy="Let XDG_STATE_HOME name a folder of your own.",
        )
    trusted = _trusted(read_trust(root))
    digest = digest_powers(powers)
    trusted.pop(digest, None)
    trusted[digest] = {
        "powers": powers,
        "noted": time.time(),
        "version": __version__,
    }
    newest = list(trusted.items())[-KEPT:]
    note = {
        "schema": SCHEMA,
        "repository": identify_repository(root),
        "path": os.path.realpath(root),
        "trusted": dict(newest),
    }
    write_note(path, note)
    return powers


def revoke_trust(root: str) -> bool:
    """Forget a repository; false where nothing was noted."""
    path = _note_path(root)
    try:
        os.unlink(path or "")
    except FileNotFoundError:
        return False
    return True


def list_trusted() -> "list[dict[str, object]]":
    """Return every note of this user, by path."""
    folder = os.path.join(find_state_folder(), "trust")
    if not os.path.isdir(folder):
        return []
    found = []
    for name in sorted(os.listdir(folder)):
        note = {}
        if name.endswith(".json"):
            note = read_note(os.path.join(folder, name))
        if note.get("schema") == SCHEMA:
            found.append(note)
    return sorted(found, key=lambda note: str(note.get("path")))


def _trusted(note: "dict[str, object]") -> "dict[str, Any]":
    return dict(as_mapping(note.get("trusted")))


def _note_path(root: str) -> "str | None":
    """Return where the note on a repository lies; None where that would be inside of the repository itself.

    A home folder that is a repository is the person's own, so its state folder is, too.
    """
    folder = os.path.realpath(find_state_folder())
    home = os.path.realpath(find_home())
    if _is_inside(folder, root) and not _is_inside(home, root):
        return None
    name = hash_sha256(os.fsencode(identify_repository(root)))
    return os.path.join(folder, "trust", f"{name}.json")


def _is_inside(path: str, folder: str) -> bool:
    real = os.path.realpath(folder)
    below = os.path.join(real, "")
    return path == real or path.startswith(below)
