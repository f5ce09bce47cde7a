"""All or nothing: what a run is about to move is noted first, so that a killed run can be completed.

Everything is written to ``.tierwise/local/staged``, where a full disk or a read-only folder shows before
anything has changed.  The journal then lists the moves with the digest that each file had, and they happen.
An error takes back what was done.  A killed process leaves the journal, and the next command that writes
completes the run: only where a file still is what it was, for a later edit of a person's comes first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass, replace

from tierwise import local_state
from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry, State
from tierwise.errors import OutsideError
from tierwise.files import (
    make_folders,
    read_bytes,
    write_atomic,
)
from tierwise.sync.disk import full_path, obstacle, read_path
from tierwise.sync.lock import is_locked, locked
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import (
    dump_state,
    is_ours,
    parse_state,
    read_state,
)

JOURNAL = "journal.json"
STAGED = "staged"
BACKUP = "backup"
_FILE_MODE = 0o644
_PRIVATE_MODE = 0o600
_PERMISSIONS = 0o777  # the part of st_mode that chmod takes
_LOCAL = f"{local_state.SHOWN}/"


class ChangedMeanwhile(OutsideError):  # noqa: N818 - it names what happened
    """A file was saved between planning and writing; the plan must be made again."""


@dataclass(frozen=True)
class JournalStep:
    """What is to stand at a path afterwards; ``data`` is None where the file goes."""

    path: str
    old: bytes | None
    data: bytes | None
    mode: int | None = None


@dataclass(frozen=True)
class Move:
    """A step that is staged: the name of the staged file, and the digests before and after (None: no file)."""

    path: str
    staged: str | None
    old: str | None
    new: str | None

    @property
    def is_local(self) -> bool:
        """Whether the path lies below ``.tierwise/local``."""
        return self.path.startswith(_LOCAL)


@dataclass(frozen=True)
class KeptEdit:
    """A file that a person edited after a run was killed: theirs stays; ours, if it came to it, is in ``backup``."""

    path: str
    backup: str = ""


def backup_path(path: str, content: bytes) -> str:
    """Return where a content that a person might miss is kept: named by its digest, so that none replaces another."""
    return f"{_LOCAL}{BACKUP}/{path}.{hash_sha256(content)[:8]}"


def run_steps(root: str, steps: Iterable[JournalStep]) -> None:
    """Take all steps or none; the caller holds the lock.

    Raises ChangedMeanwhile where a file is no longer what the step says, OSError where the disk refuses.
    """
    _remove_staging(root)
    try:
        moves = []
        for number, step in enumerate(steps):
            moves.append(_stage_step(root, number, step))
        # Not before all is staged: a full disk leaves no empty folders.
        _make_parents(root, moves)
        local_state.write(
            root,
            JOURNAL,
            data=_dump_moves(moves),
        )
    except BaseException:
        _clear_journal(root)
        raise
    _move_all(root, moves)
    _clear_journal(root)
    _remove_empty_folders(root, moves)


def _make_parents(root: str, moves: list[Move]) -> None:
    for move in moves:
        if move.staged is not None and not move.is_local:
            full = full_path(root, move.path)
            make_folders(os.path.dirname(full), root)


def was_interrupted(root: str) -> bool:
    """Return whether a run was killed here and waits for its completion; a run that still goes on was not."""
    return local_state.has_file(root, JOURNAL) and not is_locked(root)


def recover(root: str) -> tuple[KeptEdit, ...]:
    """Complete what a killed process began; the files that a person has edited since, which stay."""
    if not local_state.has_file(root, JOURNAL):
        return ()
    with locked(root):
        return complete_run(root)


def complete_run(root: str) -> tuple[KeptEdit, ...]:
    """As :func:`recover`, for a caller that holds the lock."""
    moves = _read_journal(root)
    kept = []
    if moves:
        kept = _complete_moves(root, moves)
    _clear_journal(root)
    return tuple(kept)


def _complete_moves(
    root: str,
    moves: list[Move],
) -> list[KeptEdit]:
    state_move, others = moves[-1], moves[:-1]
    if state_move.path != STATE or _is_done(root, state_move):
        return []
    kept: list[KeptEdit] = []
    not_ours = set()
    for move in others:
        if _is_done(root, move):
            continue
        if _digest_file(root, move.path) == move.old:
            _place_move(root, move)
            continue
        kept.append(_keep_edit(root, move))
        if move.staged is not None:
            not_ours.add(move.path)
    done = {move.path for move in others} - not_ours
    _complete_state(root, state_move, done, not_ours)
    _remove_empty_folders(root, others)
    return kept


def _complete_state(
    root: str,
    move: Move,
    done: set[str],
    not_ours: set[str],
) -> None:
    """Write the record that fits what was done: of a path that was left to a person, what was known before."""
    planned: State = {}
    if move.staged is not None:
        staged = local_state.read(root, STAGED, move.staged)
        planned = parse_state(staged or b"", STATE)
    on_disk = read_state(root)
    if _digest_file(root, STATE) == move.old:
        record = _with_paths(planned, not_ours, on_disk)
    else:  # git has brought another record meanwhile
        record = _with_paths(on_disk, done, planned)
    name = None
    if record:
        name = move.staged or "state"
        data = dump_state(record)
        local_state.write(
            root,
            STAGED,
            name,
            data=data,
            mode=_FILE_MODE,
        )
    _place_move(root, replace(move, staged=name))


def _with_paths(
    record: State,
    paths: set[str],
    source: State,
) -> dict[str, Entry]:
    """Return ``record`` with what ``source`` knows of these paths, which may be nothing."""
    mixed = dict(record)
    for path in paths:
        mixed.pop(path, None)
        if path in source:
            mixed[path] = source[path]
    return mixed


def _is_done(root: str, move: Move) -> bool:
    """Return whether a move had happened before the run was killed; what a person did afterwards is no matter."""
    if move.staged is None:
        return _digest_file(root, move.path) is None
    return not local_state.has_file(root, STAGED, move.staged)


def _keep_edit(root: str, move: Move) -> KeptEdit:
    """Leave a person's file as it is, and put what was to replace it beside."""
    data = None
    if move.staged is not None:
        data = local_state.read(root, STAGED, move.staged)
    if data is None:
        return KeptEdit(move.path)
    backup = backup_path(move.path, data)
    local_state.write(root, *_local_parts(backup), data=data)
    return KeptEdit(move.path, backup)


def _stage_step(
    root: str,
    number: int,
    step: JournalStep,
) -> Move:
    old = _digest_of(step.old)
    if step.data is None:
        return Move(step.path, staged=None, old=old, new=None)
    name = str(number)
    mode = _find_mode(root, step)
    with local_state.Folder(root, STAGED, create=True) as folder:
        folder.replace(name, step.data, mode)
    new = hash_sha256(step.data)
    return Move(step.path, staged=name, old=old, new=new)


def _move_all(root: str, moves: list[Move]) -> None:
    """Do the moves; on an error take back those that were done, then raise it."""
    undo: list[Callable[[], None]] = []
    try:
        for move in moves:
            _refuse_changed(root, move)
            undo.append(_make_undo(root, move))
            _place_move(root, move)
    except BaseException:
        for take_back in reversed(undo):
            take_back()  # where this fails, the journal stays, and the next command completes the run
        _clear_journal(root)
        raise


def _refuse_changed(root: str, move: Move) -> None:
    """Raise ChangedMeanwhile where a file is not what it was when the move was planned."""
    if move.is_local or _digest_file(root, move.path) == move.old:
        return
    raise ChangedMeanwhile(
        "the file was saved just now",
        place=move.path,
        remedy="Run it again.",
    )


def _make_undo(root: str, move: Move) -> Callable[[], None]:
    full = full_path(root, move.path)
    old = read_bytes(full)
    mode = None
    if old is not None:
        mode = os.stat(full).st_mode & _PERMISSIONS

    def take_back() -> None:
        if _digest_file(root, move.path) != move.new:
            return  # not done, or saved by a person since
        if old is None:
            os.unlink(full)
        else:
            with suppress(FileNotFoundError):  # the whole repository was moved away
                write_atomic(full, old, mode, root)

    return take_back


def _place_move(root: str, move: Move) -> None:
    if move.is_local:
        _place_in_local_state(root, move)
        return
    full = os.path.realpath(full_path(root, move.path))
    if move.staged is None:
        with suppress(FileNotFoundError):
            os.unlink(full)
        return
    make_folders(os.path.dirname(full), root)
    with local_state.Folder(root, STAGED) as folder:
        folder.move_out(move.staged, full)


def _place_in_local_state(root: str, move: Move) -> None:
    parts = _local_parts(move.path)
    if move.staged is None:
        local_state.remove(root, *parts)
        return
    *folders, name = parts
    with (
        local_state.Folder(root, STAGED) as staged,
        local_state.Folder(root, *folders, create=True) as folder,
    ):
        staged.rename(move.staged, folder, name)


def _clear_journal(root: str) -> None:
    local_state.remove(root, JOURNAL)
    _remove_staging(root)


def _remove_staging(root: str) -> None:
    with suppress(FileNotFoundError, local_state.NotPrivateError):
        with local_state.Folder(root, STAGED) as staged:
            staged.remove_all()
        local_state.remove(root, STAGED)


def _dump_moves(moves: list[Move]) -> bytes:
    rows = [astuple(move) for move in moves]
    return json.dumps({"moves": rows}).encode()


def _read_journal(root: str) -> list[Move]:
    """Return the moves of a killed run of this machine; none where no run of ours can have noted them."""
    try:
        journal = json.loads(local_state.read(root, JOURNAL) or b"{}")
        moves = [Move(*row) for row in journal["moves"]]
        believed = all(_may_move(root, move) for move in moves)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []  # a journal is written whole or not at all
    if not believed:
        return []
    return moves


def _may_move(root: str, move: Move) -> bool:
    if move.path.startswith(f"{_LOCAL}{BACKUP}/"):
        return True
    return is_ours(move.path) and not obstacle(root, move.path)


def _remove_empty_folders(root: str, moves: list[Move]) -> None:
    """Remove the folders that are empty since a file of theirs went."""
    for move in moves:
        if move.staged is None and not move.is_local:
            full = full_path(root, move.path)
            _remove_if_empty(root, os.path.dirname(full))


def _remove_if_empty(root: str, folder: str) -> None:
    while folder != root and _is_real_folder(folder):
        if os.listdir(folder):
            return
        os.rmdir(folder)
        folder = os.path.dirname(folder)


def _is_real_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _local_parts(path: str) -> list[str]:
    return path.removeprefix(_LOCAL).split("/")


def _digest_file(root: str, path: str) -> str | None:
    return _digest_of(read_path(root, path))


def _digest_of(data: bytes | None) -> str | None:
    if data is None:
        return None
    return hash_sha256(data)


def _find_mode(root: str, step: JournalStep) -> int:
    if step.mode is not None:
        return step.mode
    try:
        return os.stat(full_path(root, step.path)).st_mode & _PERMISSIONS
    except OSError:
        if step.path.startswith(_LOCAL):
            return _PRIVATE_MODE
        return _FILE_MODE
