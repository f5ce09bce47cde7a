"""The live test: start the hook as the client would, with a sample spawn, and look at its answer and its time."""

from __future__ import annotations

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tierwise import bundle, repo
from tierwise.contained import find_inside
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.place import (
    SPAWN_EVENT,
    Hook,
    Place,
)
from tierwise.domain.hook_line import LAUNCHER
from tierwise.domain.kinds import ALIASES
from tierwise.files import (
    read_bytes,
    read_usable,
    with_lf,
    write_atomic,
)
from tierwise.processes import quote_failure
from tierwise.targets.claude import hook_groups

RUNS = 5
SLOW = 300.0  # milliseconds; a person begins to feel the wait before an agent starts
SLOW_STARTS = 8.0  # and so many starts of a bare interpreter in the same minute: a busy machine is not our fault
LIMIT = 30  # seconds
_SHOWN = 200  # letters of what a failed hook said
_PROGRAM_MODE = 0o755
_LOOK = "Look at it; then run `tierwise sync --force --only .tierwise/hook`, or take the line out of the settings."
CALL = {
    "description": "Find the entry point",
    "prompt": "Where does the program start?",
    "subagent_type": "Explore",
}


def check_hook(place: Place) -> Iterator[Diagnosis]:
    """Run the wired hook on a copy of the repository's policy, so that no ledger of yours is written to."""
    runs, fault = _start_shim(), ""
    for hook in place.spawn_hooks[:1]:
        runs, fault = hook.runs, find_stranger(place.root, hook)
    if fault:
        yield fail(
            "self-test",
            f"{fault}; it was not started",
            _LOOK,
        )
        return
    remedy = "Run `tierwise install`, which writes this user's launcher anew."
    if LAUNCHER not in runs:
        remedy = "Put a Python 3.10 or newer on PATH as python3, or run `tierwise install`."
    with tempfile.TemporaryDirectory() as folder:
        copy_policy(place.root, folder)
        try:
            answer, times = run_hook(runs, folder, place)
            bare_start = time_bare_start()
        except (OSError, subprocess.SubprocessError) as error:
            yield fail(
                "self-test",
                f"the hook does not start: {error}",
                remedy,
            )
            return
    fault = judge(answer)
    if fault:
        yield fail("self-test", fault, remedy)
        return
    written = answer["hookSpecificOutput"]["updatedInput"]
    milliseconds = statistics.median(times)
    what = f"a sample Explore got {written['model']} {written.get('effort', '')}".rstrip()
    is_slow = min(times) > max(SLOW, SLOW_STARTS * bare_start)  # every time, not by chance
    if is_slow:
        remedy = "Run `tierwise sync` from a plain virtual environment: a version manager's shim is slow to start."
        yield warn(
            "self-test",
            f"{what}, but took {milliseconds:.0f} ms",
            remedy,
        )
    else:
        yield ok(
            "self-test",
            f"{what} in {milliseconds:.0f} ms (median of {RUNS})",
        )


def find_stranger(root: str, hook: Hook) -> str:
    """Say why a wired line must not be started here; empty where this user's install wrote it.

    Anybody can commit settings and a `.tierwise/hook`.  A line counts as ours only where it is, to the byte,
    what sync writes, and so is the file that it starts; or where it is that of a plugin, which is in the
    user's own folder.
    """
    if hook.is_own_plugins:
        return ""
    if hook.runs not in _own_lines():
        return f"the hook in {hook.source} is not the line that Tierwise writes"
    stands = read_bytes(os.path.join(root, LAUNCHER)) or b""
    shipped = bundle.read_bytes("templates", "hook.sh")
    if with_lf(stands) != with_lf(shipped):
        return f"{LAUNCHER} is not the file that Tierwise writes"
    return ""


def _own_lines() -> list[str]:
    lines = []
    for group in hook_groups()[SPAWN_EVENT]:
        lines += [entry["command"] for entry in group["hooks"]]
    return lines


def _start_shim() -> str:
    shim = bundle.path("hooks", "run.py")
    return shlex.join([sys.executable, "-S", "-E", shim, SPAWN_EVENT])


def copy_policy(root: str, folder: str) -> None:
    """Copy what the hook reads into a folder of its own."""
    Path(folder, repo.FOLDER, "local").mkdir(parents=True)
    for name in (repo.POLICY, ".tierwise/table.json", LAUNCHER):
        path = find_inside(root, name)
        if path is None:
            continue
        data = read_usable(path)
        if data is not None:
            write_atomic(
                os.path.join(folder, name),
                data,
                _PROGRAM_MODE,
            )


def run_hook(
    command: str,
    folder: str,
    place: Place,
) -> tuple[Any, list[float]]:
    """Run the hook; return its answer to the sample, and the milliseconds of each run.  Raises OSError, SubprocessError."""
    environment = {
        **place.environ,
        "TIERWISE_MODE": "enforce",
        "CLAUDE_PROJECT_DIR": folder,
    }
    times = []
    for number in range(RUNS):
        event = {
            "hook_event_name": SPAWN_EVENT, "session_id": "doctor", "prompt_id": "doctor", "cwd": folder,
            "tool_name": "Agent", "tool_input": CALL, "tool_use_id": f"doctor{number}",
        }  # fmt: skip
        before = time.perf_counter()
        done = subprocess.run(
            command,
            shell=True,  # as the client does: the command is a line of the settings
            input=json.dumps(event).encode(),
            capture_output=True,
            timeout=LIMIT,
            env=environment,
            cwd=folder,
        )
        times.append((time.perf_counter() - before) * 1000)
        if done.returncode:
            said = quote_failure(done, _SHOWN)
            raise subprocess.SubprocessError(f"`{command}` ended with {done.returncode}: {said}")
    try:
        return json.loads(done.stdout or b"null"), times
    except ValueError:
        return done.stdout[:200], times


def time_bare_start() -> float:
    """Measure the median milliseconds that an interpreter takes to do nothing.  Raises OSError, SubprocessError."""
    times = []
    for _ in range(RUNS):
        before = time.perf_counter()
        nothing = [sys.executable, "-I", "-S", "-c", ""]
        subprocess.run(nothing, timeout=LIMIT, check=True)
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def judge(answer: Any) -> str:
    """Tell what is wrong with the answer; empty where nothing is."""
    if answer is None:
        return "the hook answered nothing: its interpreter or the package is missing"
    try:
        written = answer["hookSpecificOutput"]["updatedInput"]
    except (TypeError, KeyError):
        return f"the hook's answer is not what the client expects: {str(answer)[:200]}"
    if {key: written.get(key) for key in CALL} != CALL:
        return "the hook did not give back the whole call: the client would refuse the spawn"
    if written.get("model") not in ALIASES:
        return (
            f"the hook wrote the model {written.get('model')!r}: the client would refuse the spawn"
        )
    return ""
