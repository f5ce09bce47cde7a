"""The project's own commands, side by side, each with its time limit.

At a commit a command sees exactly what will be committed: where the work tree holds anything else, all commands run
in a checkout of the index.  File names reach a command as arguments, never as shell text.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tierwise.checks.checkout import (
    check_out_index,
    find_import_paths,
    needs_checkout,
)
from tierwise.checks.result import (
    FAILED,
    SKIPPED,
    UNFINISHED,
    CheckResult,
    describe_error,
)
from tierwise.domain.change import Finding, Snapshot
from tierwise.domain.check_names import PRE_COMMIT
from tierwise.git.plumbing import (
    copy_environment,
    list_unstaged,
)
from tierwise.globs import any_matches
from tierwise.processes import end_group, kill_group

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from types import FrameType
    from typing import IO, Any

    from tierwise.checks.settings import (
        CommandSettings,
        RunSettings,
    )

FILES = "{files}"
_ARGUMENTS = 100_000  # bytes of file names a call: below every system's limit, environment included
_NOT_FOUND = 127  # a shell's exit code for a program that is not there
_TOOLS = (
    (".venv", "bin"),
    ("venv", "bin"),
    ("node_modules", ".bin"),
)


@dataclass(frozen=True)
class _Job:
    """One command to run: where its answer goes, what the policy says of it, which files it gets."""

    result: CheckResult
    command: CommandSettings
    files: list[str]


def run_commands(
    snapshot: Snapshot,
    settings: RunSettings,
    stage: str,
    skip: set[str],
    deadline: float,
) -> list[CheckResult]:
    """Return one result for each command that is on in ``stage`` and has something to look at."""
    results: list[CheckResult] = []
    jobs: list[_Job] = []
    present = [change.path for change in snapshot.changes if change.is_file]
    for name, command in settings.commands.items():
        files = _find_due(present, command, stage)
        if files is None:
            continue
        result = CheckResult(name, fix=command["fix"] or "")
        results.append(result)
        if name in skip or "all" in skip:
            result.status = SKIPPED
        else:
            jobs.append(_Job(result, command, files))
    if jobs:
        _run_jobs(
            snapshot.root,
            jobs,
            settings,
            stage,
            deadline,
        )
    return results


def split_invocations(
    run: str,
    files: list[str],
) -> list[list[str]]:
    """Return the argument lists of a command: one, or several where the file names are too many for one."""
    if FILES not in run:
        return [_make_call(run, [])]
    calls: list[list[str]] = [[]]
    length = 0
    for path in files:
        name = path
        if path.startswith("-"):
            name = f"./{path}"  # a leading dash would make an option of a name
        size = len(os.fsencode(name)) + 1
        length += size
        if length > _ARGUMENTS and calls[-1]:
            calls.append([])
            length = size
        calls[-1].append(name)
    return [_make_call(run, names) for names in calls]


def _find_due(
    paths: list[str],
    command: CommandSettings,
    stage: str,
) -> list[str] | None:
    """Return the files that a command looks at; None where it does not run: in another stage, or for want of files."""
    if stage not in command["on"]:
        return None
    files = [path for path in paths if _concerns_path(path, command)]
    takes_files = command["files"] or FILES in command["run"]
    if takes_files and not files:
        return None
    return files


def _concerns_path(path: str, command: CommandSettings) -> bool:
    if any_matches(path, command["exclude"]):
        return False
    return not command["files"] or any_matches(path, command["files"])


def _make_call(run: str, names: list[str]) -> list[str]:
    if os.name == "nt":
        call: list[str] = []
        for word in shlex.split(run, posix=False):
            if word == FILES:
                call += names
            else:
                call.append(word)
        return call
    return [
        "sh",
        "-c",
        run.replace(FILES, '"$@"'),
        "sh",
        *names,
    ]


def _run_jobs(
    root: str,
    jobs: list[_Job],
    settings: RunSettings,
    stage: str,
    deadline: float,
) -> None:
    place: AbstractContextManager[str] = nullcontext(root)
    if stage == PRE_COMMIT and needs_checkout(root):
        place = check_out_index(root, settings.link)
    with place as folder:
        runner = _Runner(
            folder,
            _make_environment(root, folder, stage),
            deadline,
        )
        runner.run_all(jobs)
        if stage == PRE_COMMIT:
            _complain_of_changes(folder, jobs)


class _Runner:
    """Runs commands in one folder, so that none outlives the hook."""

    def __init__(
        self,
        folder: str,
        environment: dict[str, str],
        deadline: float,
    ) -> None:
        self.folder = folder
        self.environment = environment
        self.deadline = deadline
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.is_stopped = False

    def run_all(self, jobs: list[_Job]) -> None:
        """Run the jobs side by side; a terminate signal or an interrupt ends all of them."""
        previous = self._catch_terminate()
        workers = max(2, os.cpu_count() or 2)
        try:
            with ThreadPoolExecutor(max_workers=workers) as pool:
                try:
                    under_way = [pool.submit(self._run_job, job) for job in jobs]
                    for run in under_way:
                        run.result()
                except BaseException:
                    self._stop_processes()
                    raise
        finally:
            self._stop_processes()
            if previous is not None:
                signal.signal(signal.SIGTERM, previous)

    def _stop_processes(self) -> None:
        self.is_stopped = True
        for process in list(self.processes):
            kill_group(process)

    def _catch_terminate(self) -> Any:
        def stop(number: int, frame: FrameType | None) -> None:
            self._stop_processes()
            raise KeyboardInterrupt

        try:
            return signal.signal(signal.SIGTERM, stop)
        except ValueError:
            return None  # not the main thread: whoever owns it decides

    def _run_job(self, job: _Job) -> None:
        result = job.result
        start = time.monotonic()
        limit = min(start + job.command["timeout"], self.deadline)
        try:
            for call in split_invocations(job.command["run"], job.files):
                with tempfile.TemporaryFile() as printed:
                    code = self._call_program(
                        call,
                        printed,
                        limit,
                    )
                    printed.seek(0)
                    text = printed.read().decode(
                        "utf-8",
                        "replace",
                    )
                if code is None:
                    seconds = time.monotonic() - start
                    setting = f"checks.commands.{result.name}.timeout"
                    result.status = UNFINISHED
                    result.note = f"stopped after {seconds:.0f} s ({setting})"
                    result.output = text
                    return
                if code != 0:
                    result.status = FAILED
                    result.note = _explain_code(
                        code,
                        job.command["run"],
                    )
                    result.output += text
        except OSError as error:
            result.status = FAILED
            result.note = f"could not be started: {describe_error(error)}"
        finally:
            result.seconds = time.monotonic() - start

    def _call_program(
        self,
        call: list[str],
        printed: IO[bytes],
        limit: float,
    ) -> int | None:
        """Return the exit code, or None when the time was up."""
        seconds = limit - time.monotonic()
        if seconds <= 0 or self.is_stopped:
            return None
        process = subprocess.Popen(
            call,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.add(process)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            end_group(process)
            return None
        finally:
            self.processes.discard(process)


def _make_environment(
    root: str,
    folder: str,
    stage: str,
) -> dict[str, str]:
    """Return the caller's environment without git's own variables and with the project's tools first on PATH.

    In a copy Python is told to import the project from there, whatever an editable install says.
    """
    tools = [os.path.join(root, *parts) for parts in _TOOLS]
    folders = list(filter(os.path.isdir, tools))
    folders.append(os.environ.get("PATH", os.defpath))
    environment = copy_environment(
        PATH=os.pathsep.join(folders),
        PWD=folder,
        TIERWISE_STAGE=stage,
    )
    if folder == root:
        return environment
    from tierwise.checks.dependencies.python_environment import find_site_packages

    imports = find_import_paths(
        root,
        folder,
        find_site_packages(root),
    )
    if imports:
        known = environment.get("PYTHONPATH", "")
        paths = filter(None, [*imports, known])
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment


def _explain_code(code: int, run: str) -> str:
    if code == _NOT_FOUND:
        program, *_ = run.split() or [run]
        return (
            f"`{program}` was not found (exit code {code}); install it, or correct checks.commands"
        )
    if code > 0:
        return f"`{run}` ended with exit code {code}"
    return f"`{run}` was ended by signal {-code}"


def _complain_of_changes(folder: str, jobs: list[_Job]) -> None:
    """Fail the commands whose files were rewritten: that fixes a work tree, not the commit."""
    changed = set(list_unstaged(folder))
    for job in jobs:
        result = job.result
        mine = sorted(changed.intersection(job.files))
        if not mine or result.status == UNFINISHED:
            continue
        command = job.command["fix"] or job.command["run"]
        result.status = FAILED
        result.note = result.note or "files were changed and are not staged"
        result.fix = f"run `{command}` and `git add` what it changed"
        result.findings = [Finding(path, "changed by a command of this run") for path in mine]
