"""What an experiment registers before its first task, and the files that it is kept in.

``plan.json`` holds the plan with its digest, ``tries.jsonl`` a line for each try that was begun and each that
ended.  A line that a kill left torn is none; a plan that was changed is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from tierwise import fastjson, local_state
from tierwise.errors import TierwiseError
from tierwise.files import write_all, write_atomic

QUICK_TASKS = 5
BOTH_SHARE = 0.01
"""The share of tasks that run on both sides whatever the cheaper one does."""

RULE = (
    "The cheaper side runs first. The present one runs where the cheaper one failed, on the share "
    "both_share of the tasks by a hash of the plan, and on every task while at least three failures, "
    "and half the margin, are added. It stops when the evidence against 'margin or more failures are "
    "added' passes 1/alpha, when the added failures are certain to pass the margin, at the budget, or "
    "where a cost is unknown."
)
_PLAN, _TRIES, _LOCK = "plan.json", "tries.jsonl", "lock"
_HASH_DIGITS = 8
_ADDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT


@dataclass(frozen=True)
class ExperimentTask:
    """One piece of work.

    ``text``      what is asked; empty where ``call`` names a recorded spawn, whose text is kept nowhere
    ``base``      the commit that it starts from; empty for the files as they are
    ``commit``    the commit whose ``tests`` (paths) judge the result; empty where the gates do
    ``call``      the recorded spawn's ``tool_use_id``
    ``known``     what the present side did of it, where that is recorded: passed, US dollars
    """

    text: str
    base: str = ""
    commit: str = ""
    tests: tuple[str, ...] = ()
    kind: str = ""
    call: str = ""
    known: tuple[bool, float] | None = None


@dataclass(frozen=True)
class ExperimentPlan:
    """What is decided before the first task: nothing of it may change afterwards.

    ``cheaper`` and ``present``: two tiers, or two policies; ``margin``: added failures that the cheaper side may
    cost; ``alpha``: the probability of a false certificate; ``max_usd``: the hard budget of all tries together,
    ``task_usd`` that of one; ``policy``: the versions of the policies; ``rule``: how it goes and when it stops.
    """

    cheaper: str
    present: str
    tasks: tuple[ExperimentTask, ...]
    margin: float
    alpha: float
    max_usd: float
    task_usd: float
    policy: str
    both_share: float = BOTH_SHARE
    rule: str = RULE

    @cached_property
    def digest(self) -> str:
        """What ties a result to its plan."""
        text = json.dumps(asdict(self), sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def draws_both(self, number: int) -> bool:
        """Return whether a task runs on both sides whatever comes out: a hash that nobody chooses."""
        drawn = sha256(f"{self.digest} {number}".encode()).hexdigest()
        most = float(16**_HASH_DIGITS)
        return int(drawn[:_HASH_DIGITS], 16) < self.both_share * most


@dataclass(frozen=True)
class Try:
    """One task on one side.

    ``usd`` is None where nobody knows what it cost; ``is_known`` says that it was on record and cost nothing now.
    """

    task: int
    side: str
    passed: bool
    usd: float | None
    is_known: bool = False


@dataclass(frozen=True)
class NamedFolder:
    """A folder that the caller named.  Its methods raise OSError."""

    folder: Path

    @property
    def path(self) -> str:
        """Where it is, for messages."""
        return str(self.folder)

    def read(self, name: str) -> bytes | None:
        """Return a file's content, None where there is none."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def replace(
        self,
        name: str,
        data: bytes,
    ) -> None:
        """Write a file whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomic(str(self.folder / name), data)

    def open_to_add(self, name: str) -> int:
        """Open a file at its end and return the descriptor; it and its folder are made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return os.open(self.folder / name, _ADDING, 0o600)


@dataclass(frozen=True)
class LocalFolder:
    """A folder of the repository's local state.  Its methods raise OSError."""

    root: str
    name: str

    @property
    def path(self) -> str:
        """Where it is."""
        return local_state.path(self.root, self.name)

    def read(self, name: str) -> bytes | None:
        """As :meth:`NamedFolder.read`."""
        return local_state.read(self.root, self.name, name)

    def replace(
        self,
        name: str,
        data: bytes,
    ) -> None:
        """As :meth:`NamedFolder.replace`."""
        local_state.write(self.root, self.name, name, data=data)

    def open_to_add(self, name: str) -> int:
        """As :meth:`NamedFolder.open_to_add`."""
        return local_state.open_file(
            self.root,
            self.name,
            name,
            flags=_ADDING,
        )


ExperimentFiles = NamedFolder | LocalFolder
"""Where an experiment's files are."""


def write_plan(files: ExperimentFiles, plan: ExperimentPlan) -> None:
    """Write the plan before anything runs.  Raises TierwiseError where another one is there."""
    known = read_plan(files)
    if known == plan:
        return
    if known is not None:
        raise TierwiseError(
            "another plan is registered here",
            place=_name_plan(files),
            remedy="Name another folder with --out, or give the same tasks, tiers and limits.",
        )
    registered = {**asdict(plan), "digest": plan.digest}
    text = json.dumps(registered, indent=1)
    files.replace(_PLAN, text.encode() + b"\n")


def read_plan(files: ExperimentFiles) -> ExperimentPlan | None:
    """Read a registered plan; None where there is none.  Raises TierwiseError where it was changed since."""
    text = files.read(_PLAN)
    if text is None:
        return None
    try:
        data = json.loads(text)
        digest = data.pop("digest")
        plan = msgspec.convert(data, ExperimentPlan)
    except (ValueError, LookupError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise TierwiseError(
            f"this is no plan ({error})", place=_name_plan(files), remedy="Begin in a new folder."
        ) from error
    if plan.digest != digest:
        raise TierwiseError(
            "the plan was changed after it was registered",
            place=_name_plan(files),
            remedy="Restore it, or begin in a new folder.",
        )
    return plan


def read_tries(files: ExperimentFiles, plan: ExperimentPlan) -> list[Try]:
    """Read what has been run, the lines of other plans aside."""
    return [_read_try(data, files) for data in _read_lines(files, plan) if "begun" not in data]


def count_lost(files: ExperimentFiles, plan: ExperimentPlan) -> int:
    """Count the tries that were begun and never ended: each may have cost its whole limit."""
    lost = 0
    for data in _read_lines(files, plan):
        if "begun" in data:
            lost += 1
        elif not data.get("is_known"):
            lost -= 1
    return lost


def note_beginning(
    files: ExperimentFiles,
    plan: ExperimentPlan,
    number: int,
    side: str,
) -> None:
    """Note that a try begins; what comes after a kill counts it as spent."""
    _append(files, plan, {"begun": number, "side": side})


def note_try(
    files: ExperimentFiles,
    plan: ExperimentPlan,
    done: Try,
) -> None:
    """Note how a try ended."""
    _append(files, plan, asdict(done))


@contextmanager
def hold_lock(files: ExperimentFiles) -> Iterator[None]:
    """Keep a second call from spending the same budget.  Raises TierwiseError where one is at work."""
    descriptor = files.open_to_add(_LOCK)
    try:
        _lock_now(descriptor, files)
        yield
    finally:
        os.close(descriptor)


def _lock_now(descriptor: int, files: ExperimentFiles) -> None:
    try:
        import fcntl
    except ImportError:
        return  # Windows: two calls at once are the caller's to avoid
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TierwiseError(
            "this experiment is running already",
            place=files.path,
            remedy="Wait for it, or name another folder with --out.",
        ) from None


def _read_try(
    data: Mapping[str, Any],
    files: ExperimentFiles,
) -> Try:
    """Read a whole line.  Raises TierwiseError for one of another shape: a result must not be lost or made up."""
    try:
        return Try(**data)
    except TypeError as error:
        raise TierwiseError(
            f"a line is no try ({error})",
            place=os.path.join(files.path, _TRIES),
            remedy="Remove the line, or begin in a new folder.",
        ) from error


def _name_plan(files: ExperimentFiles) -> str:
    return os.path.join(files.path, _PLAN)


def _read_lines(
    files: ExperimentFiles,
    plan: ExperimentPlan,
) -> Iterator[dict[str, Any]]:
    """Read the plan's lines; what a kill left torn is none."""
    lines = files.read(_TRIES) or b""
    for line in lines.splitlines():
        data = fastjson.read_object(line)
        digest = data.pop("plan", "")
        if digest == plan.digest:
            yield data


def _append(
    files: ExperimentFiles,
    plan: ExperimentPlan,
    data: Mapping[str, object],
) -> None:
    # A line end first: what a kill left torn stays a line of its own.
    text = json.dumps({**data, "plan": plan.digest})
    line = f"\n{text}\n"
    descriptor = files.open_to_add(_TRIES)
    try:
        write_all(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
