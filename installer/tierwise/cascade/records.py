"""A run's record, ``.tierwise/local/runs/<id>.json``: what ``tierwise runs`` shows, and what survives a kill."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from typing import TypedDict, cast

from tierwise import fastjson, ledger, local_state
from tierwise.cascade.checkouts import remove_folder
from tierwise.cascade.model import AttemptRow
from tierwise.process_tree import end_left
from tierwise.scratch import (
    is_alive,
    number_space,
    sweep_scratch,
)

_FOLDER = "runs"
_SUFFIX = ".json"
_NANOSECONDS = 10**9
_LONGEST_RUN = 2 * 86_400.0  # seconds
_SHOWN = frozenset(("run", "task", "stop", "tier", "attempts", "cost_usd"))
"""What every record has; a file without it is damaged."""

_TICKS = 4096  # of a second, as three hexadecimal digits


class Skipped(TypedDict):
    """A tier that was left out, and why."""

    tier: str
    reason: str


class RunError(TypedDict):
    """What was wrong, where, and what helps."""

    message: str
    place: str
    remedy: str


class RunRecord(TypedDict, total=False):
    """One run.  See docs/cascade.md for the keys."""

    run: str
    pid: int
    number_space: str
    started: str
    task: str
    kind: str | None
    rule: str | None
    engine: str | None
    ladder: list[str]
    skipped: list[Skipped]
    notes: list[str]
    override: bool
    gates: list[str]
    max_usd: float | None
    accepted: bool
    stop: str
    detail: str
    tier: str | None
    attempts: list[AttemptRow]
    cost_usd: float
    plan_usd: float
    branch: str | None
    applied: bool
    answer: str | None
    patch: str | None
    command: str
    error: RunError
    folders: list[str]


def new_id() -> str:
    """Return date, time, 4096ths of a second, and two random digits: sorts by time."""
    seconds, rest = divmod(time.time_ns(), _NANOSECONDS)
    moment = time.strftime(
        "%Y%m%d-%H%M%S",
        time.gmtime(seconds),
    )
    return f"{moment}-{rest * _TICKS // _NANOSECONDS:03x}{secrets.token_hex(1)}"


def blank(run: str, task: str) -> RunRecord:
    """Return a record's keys, all of them, before anything is known."""
    return {
        "run": run,
        "pid": os.getpid(),
        "number_space": number_space(),
        "started": ledger.now(),
        "task": task,
        "kind": None,
        "rule": None,
        "engine": None,
        "ladder": [],
        "skipped": [],
        "notes": [],
        "override": False,
        "gates": [],
        "max_usd": None,
        "accepted": False,
        "stop": "running",
        "detail": "",
        "tier": None,
        "attempts": [],
        "cost_usd": 0.0,
        "plan_usd": 0.0,
        "branch": None,
        "applied": False,
        "answer": None,
        "patch": None,
    }


def save(root: str, record: RunRecord) -> None:
    """Write a record whole."""
    text = json.dumps(record, indent=1) + "\n"
    name = f"{record['run']}.json"
    local_state.write(root, _FOLDER, name, data=text.encode())


def save_patch(
    root: str,
    run: str,
    patch: bytes,
) -> str:
    """Keep a patch beside a run's record; return its path, relative to ``root``."""
    name = f"{run}.patch"
    local_state.write(root, _FOLDER, name, data=patch)
    path = local_state.path(root, _FOLDER, name)
    return os.path.relpath(path, root)


def drop_patch(root: str, run: str) -> None:
    """Take a kept patch away."""
    with local_state.Folder(root, _FOLDER) as folder:
        folder.remove(f"{run}.patch")


def drop(root: str, run: str) -> None:
    """Take a run's record away, as if it had never begun."""
    with local_state.Folder(root, _FOLDER) as folder:
        folder.remove(f"{run}{_SUFFIX}")


def load(root: str, run: str) -> RunRecord | None:
    """Read one run by its id, or by a part of it that only one run has; ``last`` is the newest."""
    ids = _list_ids(root)
    found = [known for known in ids if run in known]
    if run == "last":
        found = ids[-1:]
    elif run in ids:
        found = [run]
    if len(found) != 1:
        return None
    return _read_record(root, found[0])


def load_all(root: str) -> Iterator[RunRecord]:
    """Read every run, oldest first."""
    for run in _list_ids(root):
        record = _read_record(root, run)
        if record is not None:
            yield record


def sweep(root: str) -> list[str]:
    """Take away what killed runs left: clients, folders, and records that say ``running``.  Return their ids."""
    sweep_scratch()
    swept = []
    for record in load_all(root):
        if record.get("stop") != "running" or _may_run(record):
            continue
        for folder in _find_folders(record):
            end_left(folder)
            remove_folder(folder)
        detail = "the process was killed; nothing was delivered"
        save(
            root,
            {**record, "stop": "killed", "detail": detail},
        )
        swept.append(record["run"])
    return swept


def _find_folders(record: RunRecord) -> list[str]:
    """Return the temporary folders of a run: those that bear its id, known to the record or not."""
    top = tempfile.gettempdir()
    left = [os.path.join(top, name) for name in os.listdir(top)]
    listed = dict.fromkeys([*record.get("folders", ()), *left])
    return [path for path in listed if _is_folder_of(path, record["run"])]


def _is_folder_of(path: str, run: str) -> bool:
    name = os.path.basename(path)
    return name.startswith("tierwise-") and f"-{run}-" in name


def _may_run(record: RunRecord) -> bool:
    """Return whether a run's process may still be there; of another container's that is known after two days only."""
    here = number_space()
    if record.get("number_space", here) == here:
        return is_alive(int(record.get("pid", 0)))
    then = time.gmtime(time.time() - _LONGEST_RUN)
    longest_ago = time.strftime("%Y-%m-%dT%H:%M:%S", then)
    return record.get("started", "") > longest_ago


def _list_ids(root: str) -> list[str]:
    names = local_state.list_names(root, _FOLDER)
    ids = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
    return sorted(ids)


def _read_record(root: str, run: str) -> RunRecord | None:
    data = local_state.read(root, _FOLDER, f"{run}{_SUFFIX}")
    record = fastjson.read_object(data)
    if not record.keys() >= _SHOWN:
        return None
    return cast(RunRecord, record)
