"""``apply_plan``: the only writer of the repository's files.

All or nothing.  Everything is written to ``.tierwise/local/staged`` first, where a full disk or a read-only
folder shows before anything has changed; a journal then lists the renames, and they happen.  An error takes
back what was done; a killed process leaves the journal, and the next command finishes the job.  Folders are
not synced: a power cut may lose renames, and what it leaves is found by content, as stale or in sync.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tierwise import repo
from tierwise.digests import sha256
from tierwise.errors import OutsideError
from tierwise.files import make_folders, read_bytes, stage, write_atomic
from tierwise.sync.change import Plan
from tierwise.sync.disk import obstacle
from tierwise.sync.lock import locked
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import dump_state, is_ours, read_state

BACKUPS = f"{repo.FOLDER}/local/backup"
_STAGED, _JOURNAL = "staged", "journal.json"


class ChangedMeanwhile(OutsideError):  # noqa: N818 - it names what happened
    """A file was saved between planning and writing; the plan must be made again."""


def apply_plan(root: str, plan: Plan) -> None:
    """Bring the repository to what ``plan`` says, and remember it.

    Raises ChangedMeanwhile when a file is no longer what the plan saw, OSError when the disk refuses; in
    both cases the old state is left.
    """
    state = dump_state(plan.state) if plan.state else None
    if not plan.writes and state == read_bytes(os.path.join(root, STATE)):
        return
    with locked(root):
        _finish(root)
        if read_state(root) != plan.before:
            raise ChangedMeanwhile(
                "the record of what was written has just changed",
                place=STATE,
                remedy="Run it again.",
            )
        for change in plan.changes:
            if change.writes and read_bytes(_full(root, change.path)) != change.old:
                raise ChangedMeanwhile(
                    "the file was saved just now", place=change.path, remedy="Run it again."
                )
        steps: list[tuple[str, bytes | None, int | None]] = [
            (backup_path(change.path, content), content, None)
            for change in plan.changes
            for content in change.backups
        ]
        steps += [(change.path, change.new, change.mode) for change in plan.writes]
        steps += [(copy, None, None) for copy in _needless_backups(root, plan)]
        steps.append((STATE, state, None))
        with _outside_errors():
            _run(root, steps)


def backup_path(path: str, content: bytes) -> str:
    """Where a content that a person might miss is kept: named by its digest, so that none replaces another."""
    return f"{BACKUPS}/{path}.{sha256(content)[:8]}"


def _needless_backups(root: str, plan: Plan) -> list[str]:
    """The backups of what stands in its place again."""
    copies = [
        backup_path(change.path, change.new) for change in plan.writes if change.new is not None
    ]
    return [copy for copy in copies if os.path.isfile(_full(root, copy))]


def recover(root: str) -> bool:
    """Finish what a killed process began; True where there was something to finish."""
    if not os.path.exists(repo.local(root, _JOURNAL)):
        return False
    with locked(root):
        return _finish(root)


def _run(root: str, steps: list[tuple[str, bytes | None, int | None]]) -> None:
    journal = repo.local(root, _JOURNAL)
    folder = repo.local(root, _STAGED)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        moves = []
        for number, (path, data, mode) in enumerate(steps):
            staged = None
            if data is not None:
                mode = _mode(root, path) if mode is None else mode
                staged = os.path.basename(_stage(root, number, data, mode))
            moves.append((path, staged))
        for path, staged in moves:  # not before all is staged: a full disk leaves no empty folders
            if staged is not None:
                make_folders(os.path.dirname(_full(root, path)), root)
        write_atomic(journal, json.dumps(moves).encode(), top=root)
        _move_all(root, moves)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(journal)
        shutil.rmtree(folder, ignore_errors=True)


def _stage(root: str, number: int, data: bytes, mode: int) -> str:
    path = repo.local(root, _STAGED, str(number))
    os.replace(stage(path, data, mode, root), path)
    return path


def _move_all(root: str, moves: list[tuple[str, str | None]]) -> None:
    """Do the renames; on an error take back those that were done, then raise it."""
    undo: list[Callable[[], None]] = []
    try:
        for path, staged in moves:
            undo.append(_undo(root, _full(root, path)))
            _move(root, path, staged)
    except BaseException:
        for step in reversed(undo):
            step()
        raise
    _remove_empty_folders(root, [path for path, staged in moves if staged is None])


def _move(root: str, path: str, staged: str | None) -> None:
    full = os.path.realpath(_full(root, path))
    if staged is None:
        with suppress(FileNotFoundError):
            os.unlink(full)
    else:
        os.replace(repo.local(root, _STAGED, staged), full)


def _undo(root: str, full: str) -> Callable[[], None]:
    old = read_bytes(full)
    mode = os.stat(full).st_mode & 0o777 if old is not None else None

    def step() -> None:
        if old is not None:
            if read_bytes(full) != old:
                with suppress(FileNotFoundError):  # the whole repository was moved away
                    write_atomic(full, old, mode, root)
        elif os.path.isfile(full):
            os.unlink(full)

    return step


def _finish(root: str) -> bool:
    """Roll an interrupted run forward: whatever is still staged goes to its place."""
    data = read_bytes(repo.local(root, _JOURNAL))
    if data is None:
        return False
    with suppress(
        ValueError
    ):  # a journal is written whole or not at all; anything else is not ours
        for path, staged in json.loads(data):
            if not is_ours(path) or obstacle(root, path):
                continue  # not from apply_plan
            if staged is None or os.path.exists(
                repo.local(root, _STAGED, os.path.basename(staged))
            ):
                _move(root, path, staged)
    os.unlink(repo.local(root, _JOURNAL))
    shutil.rmtree(repo.local(root, _STAGED), ignore_errors=True)
    return True


def _remove_empty_folders(root: str, gone: list[str]) -> None:
    for path in gone:
        folder = os.path.dirname(_full(root, path))
        while (
            folder != root
            and os.path.isdir(folder)
            and not os.path.islink(folder)
            and not os.listdir(folder)
        ):
            os.rmdir(folder)
            folder = os.path.dirname(folder)


def _mode(root: str, path: str) -> int:
    try:
        return os.stat(_full(root, path)).st_mode & 0o777
    except OSError:
        return 0o644


def _full(root: str, path: str) -> str:
    return os.path.join(root, *path.split("/"))


@contextmanager
def _outside_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutsideError(
            f"{error.strerror or error}; nothing was changed",
            place=str(error.filename or error.filename2 or ""),
            remedy="Mend that and run the command again.",
        ) from error
