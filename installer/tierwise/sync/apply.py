"""``apply_plan``: the only writer of the repository's files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tierwise.errors import OutsideError
from tierwise.sync.change import Plan
from tierwise.sync.disk import full_path, read_path, refuse_obstacle
from tierwise.sync.journal import (
    ChangedMeanwhile,
    JournalStep,
    backup_path,
    complete_run,
    run_steps,
)
from tierwise.sync.lock import locked
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import dump_state, read_state
from tierwise.tracked_state import refuse_tracked


def apply_plan(root: str, plan: Plan) -> None:
    """Bring the repository to what ``plan`` says, and remember it.

    Raises ChangedMeanwhile when a file is no longer what the plan saw, OutsideError when the disk refuses,
    TierwiseError where git tracks local state or the record would lead out; in all cases the old state is left.
    """
    state = _dump_record(root, plan)
    if not plan.writes and state == read_path(root, STATE):
        return
    refuse_tracked(root)
    refuse_obstacle(root, STATE, "Move it away, then run the command again.")
    with _outside_errors(), locked(root):
        complete_run(root)
        _require_unchanged(root, plan)
        steps = _list_steps(root, plan)
        steps.append(JournalStep(STATE, read_path(root, STATE), state))
        run_steps(root, steps)


def _dump_record(root: str, plan: Plan) -> bytes | None:
    """Return the new record; the old bytes where nothing in it changes, so that another version alone is no change."""
    if not plan.state:
        return None
    if plan.state == plan.before:
        return read_path(root, STATE)
    return dump_state(plan.state)


def _require_unchanged(root: str, plan: Plan) -> None:
    if read_state(root) != plan.before:
        raise ChangedMeanwhile(
            "the record of what was written has just changed",
            place=STATE,
            remedy="Run it again.",
        )
    for change in plan.writes:
        if read_path(root, change.path) != change.old:
            raise ChangedMeanwhile(
                "the file was saved just now",
                place=change.path,
                remedy="Run it again.",
            )


def _list_steps(root: str, plan: Plan) -> list[JournalStep]:
    steps = []
    for change in plan.changes:
        for content in change.backups:
            backup = backup_path(change.path, content)
            steps.append(JournalStep(backup, None, content))
    for change in plan.writes:
        steps.append(JournalStep(change.path, change.old, change.new, change.mode))
    steps += _drop_needless_backups(root, plan)
    return steps


def _drop_needless_backups(root: str, plan: Plan) -> list[JournalStep]:
    """List the steps that remove backups of what stands in its place again."""
    steps = []
    for change in plan.writes:
        if change.new is None:
            continue
        copy = backup_path(change.path, change.new)
        if os.path.isfile(full_path(root, copy)):
            steps.append(JournalStep(copy, read_path(root, copy), None))
    return steps


@contextmanager
def _outside_errors() -> Iterator[None]:
    """Turn the disk's refusal into OutsideError."""
    try:
        yield
    except OSError as error:
        raise OutsideError(
            f"{error.strerror or error}; nothing was changed",
            place=str(error.filename or error.filename2 or ""),
            remedy="Fix that and run the command again.",
        ) from error
