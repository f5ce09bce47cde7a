"""What Tierwise has written: ``.tierwise/state.json``.

Ownership is remembered, not guessed.  For each path: the digest of our part as last written, and what was
there before, so that uninstalling restores it byte for byte.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from tierwise import __version__, repo
from tierwise.contained import is_plain_path
from tierwise.domain.record import Entry, State
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes
from tierwise.targets.registry import is_owned

PATH = f"{repo.FOLDER}/state.json"
SCHEMA = 1


def read_state(root: str) -> dict[str, Entry]:
    """Return the state of a repository; empty where nothing was ever written.  Raises TierwiseError on a damaged file."""
    path = os.path.join(root, PATH)
    data = read_bytes(path)
    if data is None:
        return {}
    return parse_state(data, path)


def parse_state(data: bytes, place: str) -> dict[str, Entry]:
    """Return the state that the bytes of one file say.  Raises TierwiseError, with ``place``, where they say none."""
    try:
        record = json.loads(data)
        _refuse_newer(record, place)
        state = {}
        for path, value in record["files"].items():
            if not is_ours(path):
                raise ValueError(f"Tierwise never writes {path!r}")
            state[path] = _parse_entry(value)
        return state
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TierwiseError(
            f"this record of what Tierwise has written cannot be read ({error})",
            place=place,
            remedy="Take it from git again (`git checkout -- .tierwise/state.json`), or delete it: "
            "files that equal what the policy gives are then recognised, others are left alone.",
        ) from None


def _refuse_newer(
    record: Mapping[str, Any],
    place: str,
) -> None:
    """Raise TierwiseError where a newer Tierwise wrote the record: this one would take its files back."""
    writer = str(record.get("tierwise", "0"))
    try:
        newer = Version(writer) > Version(__version__)
    except InvalidVersion:
        newer = True
    if newer or record.get("schema", SCHEMA) > SCHEMA:
        raise TierwiseError(
            f"Tierwise {writer} has written the files here, and this is {__version__}",
            place=place,
            remedy="Upgrade Tierwise; an older one changes nothing here.",
        )


def is_ours(path: str) -> bool:
    """Return whether ``path`` is one that a target owns.  The record is committed, so it may come from anybody."""
    if not is_plain_path(path):
        return False
    return path in (repo.POLICY, PATH) or is_owned(path)


def dump_state(state: State) -> bytes:
    """Return the bytes of state.json: sorted, without times or paths of a machine."""
    files = {path: _dump_entry(state[path]) for path in sorted(state)}
    record = {
        "schema": SCHEMA,
        "tierwise": __version__,
        "files": files,
    }
    text = json.dumps(
        record,
        indent=1,
    )  # ASCII: a name may be no UTF-8
    return f"{text}\n".encode()


def _parse_entry(value: Mapping[str, Any]) -> Entry:
    before = value.get("before")
    if before is not None:
        before = base64.b64decode(before)
    return Entry(
        part=value["part"],
        whole=value["whole"],
        before=before,
        original=dict(value.get("original", {})),
    )


def _dump_entry(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    plain["part"] = entry.part
    plain["whole"] = entry.whole
    if entry.before is not None:
        plain["before"] = base64.b64encode(entry.before).decode()
    if entry.original:
        plain["original"] = dict(entry.original)
    return plain
