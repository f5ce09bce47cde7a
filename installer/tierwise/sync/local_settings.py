"""Our hook entries in ``.claude/settings.local.json``, which is the user's and this machine's.

What stood there before is remembered in ``.tierwise/local/local-settings.json`` and comes back byte for byte.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

from tierwise import fastjson, local_state
from tierwise.digests import hash_sha256
from tierwise.domain.hook_line import LAUNCHER
from tierwise.domain.record import Entry
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, stage_file
from tierwise.sync.disk import obstacle, reader
from tierwise.targets.claude import hook_groups
from tierwise.targets.settings import (
    remove_part,
    settings_target,
)

PATH = ".claude/settings.local.json"
NOTE = "local-settings.json"
_TRIES = 3  # the client may save the file at the same moment
_OWNER_ONLY = 0o600


def wire_commands(root: str) -> None:
    """Put the shared settings' hook entries into this machine's own settings too; where they stand, do nothing.

    Raises TierwiseError where the file is not usable JSON or leads out of the repository, OSError where the
    disk refuses; the file is then as it was.
    """
    for _ in range(_TRIES):
        entry = _read_entry(root)
        current = read_bytes(os.path.join(root, PATH))
        read = reader(root)
        target = settings_target(
            hook_groups(),
            {},
            read,
            entry,
            path=PATH,
        )
        problem = obstacle(root, PATH) or target.problem
        if problem:
            raise TierwiseError(
                problem,
                place=PATH,
                remedy="Fix it, then run `tierwise sync`.",
            )
        if target.found == target.wanted:
            return
        _remember_entry(root, target.content, target.before)
        if _replace_settings(root, current, target.content):
            return
    raise TierwiseError(
        "the file is saved again and again",
        place=PATH,
        remedy="Run `tierwise sync` later.",
    )


def unwire(root: str) -> None:
    """Take the entries out again, where there are any, and forget them.

    Raises TierwiseError where the file has become unusable JSON, OSError where the disk refuses.
    """
    for _ in range(_TRIES):
        current = read_bytes(os.path.join(root, PATH))
        if current is None or LAUNCHER.encode() not in current:
            break
        rest = _take_out_entry(current, _read_entry(root))
        if _replace_settings(root, current, rest):
            break
    local_state.remove(root, NOTE)


def is_our_change(
    root: str,
    before: bytes | None,
    after: bytes | None,
) -> bool:
    """Return whether what turned ``before`` into ``after`` is nothing but our entries, as they were put there."""
    entry = _read_entry(root)
    if entry is None or after is None:
        return False
    return entry.before == before and hash_sha256(after) == entry.whole


def _remember_entry(
    root: str,
    content: bytes,
    before: bytes | None,
) -> None:
    earlier = None
    if before is not None:
        earlier = before.decode("utf-8", "surrogateescape")
    note = {"whole": hash_sha256(content), "before": earlier}
    text = json.dumps(note)
    local_state.write(root, NOTE, data=text.encode())


def _read_entry(root: str) -> Entry | None:
    """Return what is remembered of the file; None where nothing of ours was put there."""
    note = fastjson.read_object(local_state.read(root, NOTE))
    if not note:
        return None
    before = note.get("before")
    raw = None
    if isinstance(before, str):
        raw = before.encode("utf-8", "surrogateescape")
    whole = str(note.get("whole"))
    return Entry(part="", whole=whole, before=raw)


def _take_out_entry(
    current: bytes,
    entry: Entry | None,
) -> bytes | None:
    if entry is None:
        entry = Entry(part="", whole="", before=None)
    if hash_sha256(current) == entry.whole:
        return entry.before
    try:
        return remove_part(current, entry)
    except ValueError as error:
        remedy = (
            f"Fix it, then run the command again: our entries are those with {LAUNCHER} in them."
        )
        raise TierwiseError(
            f"is not usable JSON: {error}",
            place=PATH,
            remedy=remedy,
        ) from None


def _replace_settings(
    root: str,
    old: bytes | None,
    new: bytes | None,
) -> bool:
    """Write the settings unless somebody has saved them since ``old`` was read; False where they have."""
    path = os.path.realpath(os.path.join(root, PATH))
    mode = None
    staged = None
    if old is None:
        mode = _OWNER_ONLY
    if new is not None:
        staged = stage_file(path, new, mode, root)
    if read_bytes(path) != old:
        if staged is not None:
            os.unlink(staged)
        return False
    if staged is not None:
        os.replace(staged, path)
    else:
        os.unlink(path)
        with suppress(OSError):  # a folder that was made for this file alone
            os.rmdir(os.path.dirname(path))
    return True
