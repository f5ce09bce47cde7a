"""A note that everything was in sync, so that the next check need not load the policy.

Standard library only: a commit hook asks it.  The note is a digest over everything that a plan looks at, by
content for the repository's files and by size and time for the package's own; any difference means a full check.
"""

import os

from tierwise import (
    bundle,
    fastjson,
    local_state,
    repo,
)
from tierwise.contained import is_plain_path, list_files
from tierwise.digests import hash_sha256
from tierwise.domain.coding_tools import role_folders
from tierwise.files import read_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTE = "in-sync"
_BUNDLED = ("agents", "commands", "hooks", "templates")
_ALWAYS = (
    repo.POLICY,
    f"{repo.FOLDER}/state.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
)


def review_if_in_sync(root: str) -> "str | None":
    """Return the policy's review date (empty for none) where everything is as when it was last in sync, else None."""
    noted = read_note(root)
    if noted is None:
        return None
    return noted[0]


def read_note(root: str) -> "tuple[str, list[str]] | None":
    """Return the review date, and the sentences that ``note_in_sync`` was given; None where anything has changed since."""
    note = local_state.read(root, _NOTE)
    if note is None:
        return None
    text = note.decode("utf-8", "replace")
    digest, _, rest = text.partition("\n")
    if not digest or digest != _digest_sources(root):
        return None
    review, *warnings = rest.split("\n")
    return review.strip(), warnings


def note_in_sync(
    root: str,
    review: str,
    warnings: "Iterable[str]" = (),
) -> None:
    """Remember that everything is in sync now; without a place to write, the next check is only slower."""
    digest = _digest_sources(root)
    if digest:
        text = "\n".join([digest, review, *warnings])
        try:
            local_state.write(
                root,
                _NOTE,
                data=text.encode("utf-8", "replace"),
            )
        except OSError:
            pass


def _digest_sources(root: str) -> str:
    state = read_usable(os.path.join(root, repo.FOLDER, "state.json"))
    try:
        recorded = fastjson.loads(state or b"")["files"]  # type: ignore[index]
        files = {name for name in recorded if is_plain_path(name)}
    except (ValueError, KeyError, TypeError):
        return ""
    names = files | set(_ALWAYS) | set(_agent_files(root))
    parts = [_sign_package()]
    for name in sorted(names):
        path = os.path.join(root, name)
        data = read_usable(path)
        digest = "-"
        if data is not None:
            digest = hash_sha256(data)
        parts.append(f"{name}\0{os.path.realpath(path)}\0{digest}")
    return hash_sha256("\n".join(parts).encode("utf-8", "surrogateescape"))


def _agent_files(root: str) -> "list[str]":
    found = []
    for top in role_folders():
        folder = os.path.join(root, *top.split("/"))
        for path in list_files(folder, ""):
            name = os.path.relpath(path, root)
            found.append(name.replace(os.sep, "/"))
    return found


def _sign_package() -> str:
    """Return the package's own files by name, size and time: another version may render something else."""
    here = os.path.abspath(__file__)
    tops = [os.path.dirname(os.path.dirname(here))]
    for name in _BUNDLED:
        tops.append(bundle.path(name))
    found = []
    for top in tops:
        for folder, _, names in os.walk(top):
            for name in names:
                if not name.endswith(".pyc"):
                    path = os.path.join(folder, name)
                    about = os.stat(path)
                    found.append(f"{path}\0{about.st_size}\0{about.st_mtime_ns}")
    return "\n".join(sorted(found))
