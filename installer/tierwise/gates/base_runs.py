"""Runs of a command on the state that a change started from, remembered by that state."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace

from tierwise.files import read_bytes, write_atomic
from tierwise.gates.model import ChangeSet, Command
from tierwise.gates.reports import RunReport
from tierwise.gates.runs import (
    Processes,
    Run,
    run_on_tree,
)

_TRIES = 3  # runs of a base whose tests may fail by chance
_CACHE_VERSION = 4
_NAMES = ("passed", "failed", "skipped", "besides")  # of a report, that are sets of tests


def run_on_base(
    change: ChangeSet,
    name: str,
    command: Command,
    seconds: float,
    processes: Processes | None = None,
    *,
    needs_output: bool = False,
) -> Run | None:
    """Run a command on the state that the change started from; cached by that state.  None where that cannot be.

    ``needs_output``: run it again where the cache kept less than it printed.
    """
    if change.checkouts is None:
        return None
    found = find_base_run(change, name, command)
    if found is None or (needs_output and found.is_shortened):
        found = run_on_tree(
            change,
            command,
            change.base_tree,
            seconds,
            processes,
        )
        if found.ran and not found.timed_out:
            _write_cache(change, command, found)
        change.runs[name, change.base_tree] = found
    return found


def run_base_again(
    change: ChangeSet,
    command: Command,
    seconds: float,
) -> Iterator[Run]:
    """Run the state before the change again, as its tests may fail by chance: all in so many seconds."""
    end = time.monotonic() + seconds
    for _ in range(_TRIES):
        left = end - time.monotonic()
        if left <= 0:
            return
        run = run_on_tree(
            change,
            command,
            change.base_tree,
            left,
        )
        yield run
        if run.timed_out:
            return


def pass_on_base(
    change: ChangeSet,
    command: Command,
    tests: frozenset[str],
    seconds: float,
) -> bool:
    """Tell whether each of some tests that failed before the change passes there too, at another time."""
    for run in run_base_again(change, command, seconds):
        tests -= run.report.passed
        if not tests:
            return True
    return False


def find_base_run(
    change: ChangeSet,
    name: str,
    command: Command,
) -> Run | None:
    """Find the run of a command on the state that the change started from; None where it is not known yet."""
    key = (name, change.base_tree)
    found = change.runs.get(key)
    if found is None:
        found = _read_cache(change, command)
    if found is None:
        return None
    assert isinstance(found, Run)
    change.runs[key] = found
    return found


def _cache_path(change: ChangeSet, command: Command) -> str:
    asked = json.dumps(
        [_CACHE_VERSION, change.base_tree, command, change.folder],
        sort_keys=True,
    )
    return os.path.join(
        change.cache,
        f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json",
    )


def _read_cache(
    change: ChangeSet,
    command: Command,
) -> Run | None:
    data = read_bytes(_cache_path(change, command)) if change.cache else None
    if data is None:
        return None
    try:
        row = json.loads(data)
        report = row.pop("report")
        names = {key: frozenset(report[key]) for key in _NAMES}
        return Run(
            **row,
            report=RunReport(**names, total=report["total"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _write_cache(
    change: ChangeSet,
    command: Command,
    run: Run,
) -> None:
    if not change.cache:
        return
    row = asdict(replace(run, output=""))
    report = row["report"]
    row["report"] = {
        **report,
        **{key: sorted(report[key]) for key in _NAMES},
    }
    with suppress(OSError):  # the run itself can be used all the same
        os.makedirs(change.cache, exist_ok=True)
        write_atomic(
            _cache_path(change, command),
            json.dumps(row).encode(),
        )
