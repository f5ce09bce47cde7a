"""Hook entries of type ``http`` in ``.claude/settings.local.json``, which is the user's and this machine's.

Port and token belong to one machine, so they never go into the shared settings.  What was there before is
remembered in ``.tierwise/local/http.json``, readable by its owner only, and comes back byte for byte.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from typing import Any

from tierwise import fastjson, repo
from tierwise.digests import sha256
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, stage
from tierwise.sync.disk import obstacle, reader
from tierwise.sync.state import Entry
from tierwise.targets.render import hook_groups
from tierwise.targets.settings import remove_part, settings_target

PATH = ".claude/settings.local.json"
NOTE = "http.json"
# Clients send no http hook at a session's start (measured on 2.1.197 and 2.1.329): that one stays a command.
COMMANDS_ONLY = ("SessionStart",)
# Of the client's environment, what a decision needs: header -> variable.  Both clients fill these in.
HEADERS = {"X-Tierwise-Mode": "TIERWISE_MODE", "X-Tierwise-Client": "AI_AGENT"}
_ADDRESS = b"/tierwise/hook/"
_TRIES = 3
_OWNER_ONLY = 0o600


def wire(root: str, port: int, token: str) -> None:
    """Put the hook entries into this machine's own settings; where they stand already, nothing is written.

    Raises TierwiseError where the file is not usable JSON or leads out of the repository, OSError where the
    disk refuses; the file is then as it was.
    """
    groups = _groups(port, token)
    for _ in range(_TRIES):
        entry = _entry(root)
        target = settings_target(groups, {}, reader(root), entry, path=PATH)
        problem = obstacle(root, PATH) or target.problem
        if problem:
            raise TierwiseError(
                problem, place=PATH, remedy="Mend it, and save tierwise.yaml again."
            )
        if target.found == target.wanted:
            return
        before = None if target.before is None else target.before.decode("utf-8", "surrogateescape")
        current = read_bytes(os.path.join(root, PATH))
        remember(root, whole=sha256(target.content), before=before, wired=True)
        if _replace(root, current, target.content, entry):
            return
    raise TierwiseError(
        "the file is saved again and again", place=PATH, remedy="Save tierwise.yaml again later."
    )


def unwire(root: str) -> None:
    """Take the entries out again, where there are any, and forget them.

    Also where ``.tierwise/local`` was removed and nothing is remembered: they are known by their address.

    Raises TierwiseError where the file has become unusable JSON, OSError where the disk refuses.
    """
    for _ in range(_TRIES):
        current = read_bytes(os.path.join(root, PATH))
        entry = _entry(root)
        if entry is None and current is not None and _ADDRESS in current:
            entry = Entry(part="", whole="", before=None)
        if (
            entry is None
            or current is None
            or _replace(root, current, _without(current, entry), entry)
        ):
            break
    with suppress(FileNotFoundError):
        os.unlink(repo.local(root, NOTE))


def token_of(root: str) -> str:
    """The secret in the hook's address; made once for a repository and machine."""
    token = known(root).get("token")
    if not isinstance(token, str):
        token = secrets.token_urlsafe(24)
        remember(root, token=token)
    return token


def known(root: str) -> dict[str, Any]:
    """What is remembered: token, port, wired, before, whole; empty where nothing is."""
    try:
        value = fastjson.loads(read_bytes(repo.local(root, NOTE)) or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def remember(root: str, **values: Any) -> None:
    """Add to what is remembered."""
    path = repo.local(root, NOTE)
    data = json.dumps({**known(root), **values}).encode()
    os.replace(stage(path, data, _OWNER_ONLY, root), path)


def _groups(port: int, token: str) -> dict[str, list[Any]]:
    return {
        event: [
            group if event in COMMANDS_ONLY else _http(event, group, port, token)
            for group in groups
        ]
        for event, groups in hook_groups().items()
    }


def _http(event: str, group: dict[str, Any], port: int, token: str) -> dict[str, Any]:
    entry = {
        "type": "http",
        "url": f"http://127.0.0.1:{port}/tierwise/hook/{token}/{event}",
        "headers": {header: f"${variable}" for header, variable in HEADERS.items()},
        "allowedEnvVars": list(HEADERS.values()),
    }
    return {**group, "hooks": [{**entry, "timeout": hook["timeout"]} for hook in group["hooks"]]}


def _without(current: bytes, entry: Entry) -> bytes | None:
    if sha256(current) == entry.whole:
        return entry.before
    try:
        return remove_part(current, entry)
    except ValueError as error:
        remedy = "Mend it, then run the command again: our entries are the ones with /tierwise/hook/ in them."
        raise TierwiseError(f"is not usable JSON: {error}", place=PATH, remedy=remedy) from None


def _replace(root: str, old: bytes | None, new: bytes | None, entry: Entry | None) -> bool:
    """Write the settings unless somebody has saved them since ``old`` was read; False where they have."""
    path = os.path.realpath(os.path.join(root, PATH))
    mode = _OWNER_ONLY if old is None else None
    staged = None if new is None else stage(path, new, mode, root)
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


def _entry(root: str) -> Entry | None:
    found = known(root)
    if not found.get("wired"):
        return None
    before = found.get("before")
    raw = before.encode("utf-8", "surrogateescape") if isinstance(before, str) else None
    return Entry(part="", whole=str(found.get("whole")), before=raw)
