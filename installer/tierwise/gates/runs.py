"""Running a project's command in a folder: exit code, the end of its output, and what each test did."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import (
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from dataclasses import (
    dataclass,
    field,
)
from typing import IO, Any, TypeVar

from tierwise.checks.commands import FILES, split_invocations
from tierwise.gates.installed import make_variables
from tierwise.gates.model import ChangeSet, Command
from tierwise.gates.report_files import Stamp, stamp_reports
from tierwise.gates.reports import RunReport, read_report
from tierwise.globs import any_matches
from tierwise.process_tree import GATE_MARK
from tierwise.processes import end_group, kill_group
from tierwise.scratch import scratch_prefix

# What a shell says of a command that it cannot find or may not run (POSIX, XCU 2.8.2).
_NOT_RUN = (126, 127)
_TAIL_BYTES = 6000
_LEFT_OUT = "… "  # stands before a tail for what is not in it
_OUTPUT_BYTES = 200_000
_READ_BYTES = 4_000_000  # of the output, for the names of the tests
_SIDE_BY_SIDE = 2  # runs at the same time
_First = TypeVar("_First")
_Second = TypeVar("_Second")


@dataclass(frozen=True)
class Run:
    """How a command ended.  ``code``: its exit code, None where it did not end in time or could not start.

    ``output``: more of what it printed than the ``tail`` shows; empty where the run was read from the cache.
    """

    command: str
    code: int | None
    tail: str = ""
    report: RunReport = field(default_factory=RunReport)
    timed_out: bool = False
    seconds: float = 0.0
    concerned: bool = True
    output: str = ""

    @property
    def ran(self) -> bool:
        """Whether it came to a verdict of its own."""
        return self.code is not None and self.code not in _NOT_RUN

    @property
    def passed(self) -> bool:
        """Whether it ended with exit code 0."""
        return self.code == 0

    @property
    def is_shortened(self) -> bool:
        """Whether it printed more than is known of it."""
        return not self.output and self.tail.startswith(_LEFT_OUT)


class Processes:
    """The commands under way, so that a run that ends takes them with it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[subprocess.Popen[bytes]] = set()
        self.stopped = False

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Remember a process; end it at once where everything is to stop."""
        with self.lock:
            self.running.add(process)
            if self.stopped:
                kill_group(process)

    def discard(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that has ended."""
        with self.lock:
            self.running.discard(process)

    def stop(self) -> None:
        """End all that run, and all that will be started."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                kill_group(process)


def run_on(
    change: ChangeSet,
    command: Command,
    folder: str,
    seconds: float,
    processes: Processes | None = None,
) -> Run:
    """Run ``command`` as its gate does, in ``folder``: the top of a checkout of some state of the project."""
    place = os.path.join(folder, change.folder)
    shell = command if isinstance(command, str) else str(command["run"])
    variables: Mapping[str, str] = {}
    if change.checkouts is not None:
        variables = make_variables(change.checkouts.home, folder, shell)
    if isinstance(command, str):
        return run_command(
            command,
            place,
            seconds,
            answer=change.answer,
            processes=processes,
            variables=variables,
        )
    files = list(_list_concerned(change, command, folder))
    if not files and (command.get("files") or FILES in shell):
        return Run(shell, 0, concerned=False)
    limit = min(seconds, float(command.get("timeout") or seconds))
    run = Run(shell, 0)
    for call in split_invocations(shell, files):
        run = run_command(
            shell,
            place,
            limit,
            call=call,
            processes=processes,
            variables=variables,
        )
        if not run.passed:
            break
    return run


def _list_concerned(
    change: ChangeSet,
    command: Mapping[str, Any],
    folder: str,
) -> Iterator[str]:
    """List the files of a change that are in a folder and that a command is about, as seen from where it runs."""
    for entry in change.changes:
        path = entry.path
        if entry.after is None or entry.is_link or not _is_about(command, path):
            continue
        if not os.path.lexists(os.path.join(folder, path)):
            continue
        yield os.path.relpath(path, change.folder) if change.folder else path


def _is_about(command: Mapping[str, Any], path: str) -> bool:
    wanted = command.get("files")
    if wanted and not any_matches(path, wanted):
        return False
    return not any_matches(path, command.get("exclude") or [])


def run_command(
    command: str,
    folder: str,
    seconds: float,
    *,
    call: Sequence[str] | None = None,
    answer: str | None = None,
    processes: Processes | None = None,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run a shell command (or ``call``, its words); past its time its whole process group is killed.

    ``variables``: of the environment, besides those that every run has.
    """
    start = time.monotonic()
    shell = _without_fail_fast(command)
    earlier = stamp_reports(folder)
    with tempfile.TemporaryFile() as output, _make_folder() as reports:
        xml = os.path.join(reports, "pytest.xml")
        environment = {**_make_environment(xml), **(variables or {})}
        try:
            process = subprocess.Popen(
                call or shell, shell=call is None, cwd=folder, env=environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
                stdin=subprocess.PIPE if answer is not None else subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            return Run(
                command,
                None,
                f"could not start `{command}`: {error.strerror}",
            )
        finished = _wait_for(
            process,
            answer,
            seconds,
            processes,
        )
        took = time.monotonic() - start
        text = _read_end(output, _READ_BYTES)
        text = text.replace(f"{os.path.realpath(folder)}/", "")
        report = _read_reports(folder, text, xml, earlier)
    return Run(
        command,
        process.returncode if finished else None,
        _tail_of(text),
        report,
        not finished,
        took,
        output=text[-_OUTPUT_BYTES:],
    )


def _read_reports(
    folder: str,
    text: str,
    xml: str,
    earlier: Mapping[str, Stamp],
) -> RunReport:
    """Read what each test did, by what a run printed and by the reports that it wrote.

    ``earlier``: those that lay there before; what is still as it was tells of another run.
    """
    files = [path for path, stamp in stamp_reports(folder).items() if earlier.get(path) != stamp]
    if os.path.exists(xml):
        files.insert(0, xml)
    return read_report(text, files)


def _make_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=scratch_prefix())


def run_on_tree(
    change: ChangeSet,
    command: Command,
    tree: str,
    seconds: float,
    processes: Processes | None = None,
) -> Run:
    """Run a command in a fresh checkout of a tree."""
    assert change.checkouts is not None
    with change.checkouts.fresh(tree) as folder:
        return run_on(
            change,
            command,
            folder,
            seconds,
            processes,
        )


def run_once(
    change: ChangeSet,
    name: str,
    command: Command,
    seconds: float,
) -> Run:
    """Run a command on the state that is looked at; a second gate that needs it gets the same run."""
    key = (name, change.tree if change.known_tree else change.root)
    if key not in change.runs:
        change.runs[key] = run_on(
            change,
            command,
            change.root,
            seconds,
        )
    found = change.runs[key]
    assert isinstance(found, Run)
    return found


def run_side_by_side(
    first: Callable[[], _First], second: Callable[[], _Second]
) -> tuple[_First, _Second, bool]:
    """Run two in folders of their own, at the same time where there are the processors; tell whether so."""
    if count_processors() < _SIDE_BY_SIDE:
        return first(), second(), False
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(first)
        own = second()
        return other.result(), own, True


def count_processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _wait_for(
    process: subprocess.Popen[bytes],
    answer: str | None,
    seconds: float,
    processes: Processes | None,
) -> bool:
    """Wait for a command; say whether it ended in time.  What it left in the background is ended too."""
    if processes is not None:
        processes.add(process)
    try:
        process.communicate(
            answer.encode() if answer is not None else None,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        end_group(process)
        if processes is not None:
            processes.discard(process)
    return True


def _without_fail_fast(command: str) -> str:
    """Have ``cargo test`` go on after a test file that fails: what was red before must not hide the rest."""
    if "--no-fail-fast" in command:
        return command
    return re.sub(
        r"\bcargo (\+\S+ )?test\b",
        r"\g<0> --no-fail-fast",
        command,
        count=1,
    )


def _make_environment(xml: str) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env.update(
        CI="1",
        NO_COLOR="1",
        PYTHONDONTWRITEBYTECODE="1",
    )
    env[GATE_MARK] = scratch_prefix()
    # What runs print is compared, and a set of texts has another order with each seed.
    env.setdefault("PYTHONHASHSEED", "0")
    # pytest alone reads this, and writes which tests passed without printing more.
    env["PYTEST_ADDOPTS"] = f"{env.get('PYTEST_ADDOPTS', '')} --junitxml={xml}".strip()
    return env


def _read_end(output: IO[bytes], most: int) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - most))
    return output.read().decode("utf-8", "replace")


def _tail_of(text: str) -> str:
    kept = text.strip()
    return kept if len(kept) <= _TAIL_BYTES else f"{_LEFT_OUT}{kept[-_TAIL_BYTES:]}"
