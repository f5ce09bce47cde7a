"""A run's record, ``.tierwise/local/runs/<id>.json``: what ``tierwise runs`` shows, and what survives a kill."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from typing import Any

from tierwise import local_state
from tierwise.cascade import worktree

Record = dict[str, Any]
_FOLDER = "runs"


def new_id() -> str:
    """Date, time, 4096ths of a second, and two random digits: sorts by time."""
    seconds, rest = divmod(time.time_ns(), 10**9)
    moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds))
    return f"{moment}-{rest * 4096 // 10**9:03x}{secrets.token_hex(1)}"


def save(root: str, record: Record) -> None:
    """Write a record whole."""
    data = json.dumps(record, indent=1).encode() + b"\n"
    local_state.write(root, _FOLDER, f"{record['run']}.json", data=data)


def load(root: str, run: str) -> Record | None:
    """One run by its id, or by a beginning of it that only one run has; ``last`` is the newest."""
    ids = _ids(root)
    if run == "last":
        found = ids[-1:]
    else:
        found = [known for known in ids if known == run] or [known for known in ids if run in known]
    return _read(root, found[0]) if len(found) == 1 else None


def load_all(root: str) -> Iterator[Record]:
    """Every run, oldest first."""
    for run in _ids(root):
        record = _read(root, run)
        if record is not None:
            yield record


def sweep(root: str, home: str) -> list[str]:
    """Take away what killed runs left: worktrees, and records that say ``running``.  Returns their ids."""
    swept = []
    for record in load_all(root):
        if record.get("stop") == "running" and not _alive(int(record.get("pid", 0))):
            for folder in record.get("worktrees", ()):
                worktree.remove(home, folder)
            save(
                root,
                {
                    **record,
                    "stop": "killed",
                    "detail": "the process was killed; nothing was delivered",
                },
            )
            swept.append(record["run"])
    return swept


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    if pid == os.getpid() or os.name == "nt":
        return True  # asking about another process is not portable there; the record stays
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _ids(root: str) -> list[str]:
    names = local_state.list_names(root, _FOLDER)
    return sorted(name[:-5] for name in names if name.endswith(".json"))


def _read(root: str, run: str) -> Record | None:
    try:
        value = json.loads(local_state.read(root, _FOLDER, f"{run}.json") or b"")
    except ValueError:
        return None
    return value if isinstance(value, dict) and "run" in value else None
