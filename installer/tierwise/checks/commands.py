"""The project's own commands, side by side, each with its time limit.

A command sees what will be committed: at a commit whose files are staged in part, all commands run in a
temporary folder that holds the index.  File names reach a command as arguments, never as shell text.
"""

import os
import shlex
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import IO, Any

from tierwise.checks.checkout import laid_out, unstaged
from tierwise.checks.registry import PRE_COMMIT
from tierwise.checks.result import FAILED, SKIPPED, UNFINISHED, Result
from tierwise.domain.change import Snapshot
from tierwise.globs import any_matches
from tierwise.processes import end_group, kill_group

FILES = "{files}"
_ARGUMENTS = 100_000  # bytes of file names a call: below every system's limit, environment included
# git exports these to hooks; a test that makes a repository of its own would write into the user's.
_GIT = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
)


def run_commands(
    snapshot: Snapshot,
    commands: dict[str, dict[str, Any]],
    stage: str,
    skip: set[str],
    deadline: float,
) -> list[Result]:
    """One result for each command that is on in ``stage`` and has something to look at, in the policy's order."""
    results: list[Result] = []
    jobs: list[tuple[Result, dict[str, Any], list[str]]] = []
    present = [change.path for change in snapshot.changes if change.is_file]
    for name, command in commands.items():
        if stage not in command["on"]:
            continue
        files = [path for path in present if _concerns(path, command)]
        if not files and (command["files"] or FILES in command["run"]):
            continue
        result = Result(name, fix=command["fix"] or "")
        results.append(result)
        if name in skip or "all" in skip:
            result.status = SKIPPED
        else:
            jobs.append((result, command, files))
    if jobs:
        _run_all(snapshot.root, jobs, stage, deadline)
    return results


def _concerns(path: str, command: dict[str, Any]) -> bool:
    wanted = not command["files"] or any_matches(path, command["files"])
    return wanted and not any_matches(path, command["exclude"])


def _run_all(
    root: str, jobs: list[tuple[Result, dict[str, Any], list[str]]], stage: str, deadline: float
) -> None:
    committing = stage == PRE_COMMIT
    partial = committing and bool(unstaged(root))
    with laid_out(root) if partial else nullcontext(root) as folder:
        environment = _environment(root, folder, stage)
        running = _Running()
        previous = _stop_on_terminate(running)
        try:
            with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
                try:
                    under_way = [
                        pool.submit(_run_one, *job, folder, environment, deadline, running)
                        for job in jobs
                    ]
                    for each in under_way:
                        each.result()
                except BaseException:
                    running.stop()
                    raise
        finally:
            running.stop()
            if previous is not None:
                signal.signal(signal.SIGTERM, previous)
    if committing and not partial:
        _complain_of_changes(root, jobs)


class _Running:
    """The processes under way, so that none outlives the hook."""

    def __init__(self) -> None:
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        for process in list(self.processes):
            kill_group(process)


def _stop_on_terminate(running: _Running) -> Any:
    def stop(number: int, frame: Any) -> None:
        running.stop()
        raise KeyboardInterrupt

    try:
        return signal.signal(signal.SIGTERM, stop)
    except ValueError:
        return None  # not the main thread: whoever owns it decides


def _run_one(
    result: Result,
    command: dict[str, Any],
    files: list[str],
    folder: str,
    environment: dict[str, str],
    deadline: float,
    running: _Running,
) -> None:
    start = time.monotonic()
    limit = min(start + command["timeout"], deadline)
    try:
        for argv in invocations(command["run"], files):
            with tempfile.TemporaryFile() as printed:
                code = _call(argv, folder, environment, printed, limit, running)
                printed.seek(0)
                text = printed.read().decode("utf-8", "replace")
            if code is None:
                result.status = UNFINISHED
                result.note = f"stopped after {time.monotonic() - start:.0f} s (checks.commands.{result.name}.timeout)"
                result.output = text
                return
            if code != 0:
                result.status = FAILED
                result.note = _cause(code, command["run"])
                result.output += text
    except OSError as error:
        result.status = FAILED
        result.note = f"could not be started: {error}"
    finally:
        result.seconds = time.monotonic() - start


def invocations(run: str, files: list[str]) -> list[list[str]]:
    """The argument lists of a command: one, or several where the file names are too many for one."""
    if FILES not in run:
        return [_shell(run, [])]
    calls: list[list[str]] = [[]]
    length = 0
    for path in files:
        # A leading dash would make an option of a name.
        name = f"./{path}" if path.startswith("-") else path
        length += len(os.fsencode(name)) + 1
        if length > _ARGUMENTS and calls[-1]:
            calls.append([])
            length = len(os.fsencode(name)) + 1
        calls[-1].append(name)
    return [_shell(run, names) for names in calls]


def _shell(run: str, names: list[str]) -> list[str]:
    if os.name == "nt":
        words = [[word] if word != FILES else names for word in shlex.split(run, posix=False)]
        return [part for word in words for part in word]
    return ["sh", "-c", run.replace(FILES, '"$@"'), "sh", *names]


def _call(
    argv: list[str],
    folder: str,
    environment: dict[str, str],
    printed: IO[bytes],
    limit: float,
    running: _Running,
) -> int | None:
    """The exit code, or None when the time was up."""
    left = limit - time.monotonic()
    if left <= 0 or running.stopped:
        return None
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=printed,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    running.processes.add(process)
    try:
        return process.wait(left)
    except subprocess.TimeoutExpired:
        end_group(process)
        return None
    finally:
        running.processes.discard(process)


def _environment(root: str, folder: str, stage: str) -> dict[str, str]:
    """The caller's, without git's own variables, and with the project's tools first on PATH."""
    environment = {name: value for name, value in os.environ.items() if name not in _GIT}
    tools = [
        os.path.join(root, *parts)
        for parts in ((".venv", "bin"), ("venv", "bin"), ("node_modules", ".bin"))
    ]
    found = [path for path in tools if os.path.isdir(path)]
    environment["PATH"] = os.pathsep.join([*found, environment.get("PATH", os.defpath)])
    environment["PWD"] = folder
    environment["TIERWISE_STAGE"] = stage
    return environment


def _cause(code: int, run: str) -> str:
    program = run.split()[0] if run.split() else run
    if code == 127:
        return f"`{program}` was not found (exit code 127); install it, or correct checks.commands"
    return (
        f"`{run}` ended with exit code {code}"
        if code > 0
        else f"`{run}` was ended by signal {-code}"
    )


def _complain_of_changes(root: str, jobs: list[tuple[Result, dict[str, Any], list[str]]]) -> None:
    """A command that rewrote files has mended the working tree, not the commit: say so."""
    changed = unstaged(root)
    if not changed:
        return
    from tierwise.domain.change import Finding

    for result, _, files in jobs:
        mine = sorted(set(files) & set(changed))
        if mine and result.status != UNFINISHED:
            result.status = FAILED
            result.note = result.note or "files were changed and are not staged"
            result.fix = "`git add` the changed files, then commit again"
            result.findings = [Finding(path, "changed by a command of this run") for path in mine]
