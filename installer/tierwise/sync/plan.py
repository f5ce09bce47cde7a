"""``make_plan``: targets, disk and state in; a list of changes out.  Pure: nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry, State
from tierwise.files import with_lf
from tierwise.repo import POLICY
from tierwise.sync.change import FileChange, Plan, Status
from tierwise.targets.registry import is_spliced, take_out
from tierwise.targets.target import Read, WantedFile

Want = Literal["sync", "force", "adopt"]
_IN_THE_WAY = ("foreign", "edited")  # the user's content stands where ours would


def make_plan(
    targets: Iterable[WantedFile],
    read: Read,
    state: State,
    *,
    force: Iterable[str] | None = (),
    adopt: Iterable[str] | None = (),
    repair: bool = True,
) -> Plan:
    """Compare what is wanted with what is there and with what was last written.

    ``force`` and ``adopt`` name the paths where the user's file is replaced (with a backup) or left as
    theirs; None means every such path.  Without ``repair`` deleted files stay deleted.
    """
    changes = []
    wanted = set()
    for target in targets:
        path = target.path
        wanted.add(path)
        want: Want = "sync"
        if _names_path(adopt, path):
            want = "adopt"
        elif _names_path(force, path):
            want = "force"
        entry = state.get(path)
        change = _plan_change(
            target,
            read(path),
            entry,
            want,
            repair,
        )
        if not target.shared:
            change = _backed_up(change, entry)
        changes.append(change)
    for path in sorted(set(state) - wanted):
        forced = _names_path(force, path)
        changes.append(_plan_unwanted(path, read(path), state[path], forced))
    changes.sort(key=lambda change: change.path)
    return Plan(tuple(changes), state)


def _names_path(paths: Iterable[str] | None, path: str) -> bool:
    """Return whether an option names a path; None names them all."""
    return paths is None or path in paths


def make_removal(read: Read, state: State) -> Plan:
    """Return the plan that takes everything out again and restores what was there before."""
    changes = []
    for path in sorted(state):
        changes.append(_plan_removal(path, read(path), state[path], forced=False))
    return Plan(tuple(changes), state)


def _plan_change(
    target: WantedFile,
    disk: bytes | None,
    entry: Entry | None,
    want: Want,
    repair: bool,
) -> FileChange:
    if want == "force" and not target.shared and _is_left_to_user(entry):
        entry = None  # left to the user once, and now asked for
    status = _judge_status(target, entry)
    change = FileChange(
        target.path,
        status,
        old=disk,
        new=target.content,
        writes=False,
        entry=entry,
        mode=target.mode,
        reason=target.problem,
    )
    if want == "adopt" and status in _IN_THE_WAY:
        return _leave_to_user(change, target)
    if not _may_write(change, want, repair):
        return change
    return _write_over(change, target)


def _is_left_to_user(entry: Entry | None) -> bool:
    return entry is not None and entry.part is None


def _leave_to_user(
    change: FileChange,
    target: WantedFile,
) -> FileChange:
    """Leave the user's file, which is none of the policy's business from then on."""
    if target.shared and change.entry is not None:
        # Our lines in it still have to be told from theirs.
        left = replace(change.entry, part=None)
    else:
        digest = hash_sha256(change.old or b"")
        left = Entry(part=None, whole=digest)
    return replace(change, status="same", entry=left)


def _may_write(
    change: FileChange,
    want: Want,
    repair: bool,
) -> bool:
    if change.status == "blocked":
        return False
    if change.status == "same":
        return not _is_left_to_user(change.entry)
    if change.status == "missing":
        return repair
    return want == "force" or change.status not in _IN_THE_WAY


def _write_over(change: FileChange, target: WantedFile) -> FileChange:
    """Return the change with what is remembered of the path once it is written."""
    is_same = change.status == "same"
    before = _content_before(target, change.entry)
    if before is None and change.status in _IN_THE_WAY and not target.shared:
        before = change.old
    part = hash_sha256(target.wanted)
    whole = hash_sha256(target.content)
    written = Entry(part, whole, before, target.original)
    is_news = target.shared or not is_same  # line ends alone are none
    writes = is_news and target.content != change.old
    if is_same and not writes and _knows_part(change.entry, part):
        return change  # a shared file edited elsewhere: remember the same until we write again
    return replace(change, writes=writes, entry=written)


def _knows_part(entry: Entry | None, part: str) -> bool:
    return entry is not None and entry.part == part


def _content_before(
    target: WantedFile,
    entry: Entry | None,
) -> bytes | None:
    """Return what stood at the path before we first wrote there; None where nothing is known of it."""
    if target.shared:
        return target.before
    if entry is None:
        return None
    return entry.before


def _judge_status(
    target: WantedFile,
    entry: Entry | None,
) -> Status:
    if target.problem:
        return "blocked"
    if _is_left_to_user(entry) or target.found == target.wanted:
        return "same"
    if entry is None:
        return _judge_unknown(target)
    if target.found is None:
        return "missing"
    if hash_sha256(target.found) == entry.part:
        return "stale"
    return "edited"


def _judge_unknown(target: WantedFile) -> Status:
    """Return the status of a path that we have not written."""
    if target.found is None or target.shared:
        return "new"
    return "foreign"


def _plan_unwanted(
    path: str,
    disk: bytes | None,
    entry: Entry,
    forced: bool,
) -> FileChange:
    """Return what happens to a path that the policy asks for no more."""
    # Written once for the user, who edits it; only uninstalling takes it out.
    if path == POLICY:
        return FileChange(
            path,
            "same",
            disk,
            None,
            writes=False,
            entry=entry,
        )
    return _plan_removal(path, disk, entry, forced)


def _plan_removal(
    path: str,
    disk: bytes | None,
    entry: Entry,
    forced: bool,
) -> FileChange:
    change = _plan_orphan(path, disk, entry, forced)
    if _is_shared(path, entry):
        return change
    return _backed_up(change, entry)


def _is_shared(path: str, entry: Entry) -> bool:
    return bool(entry.original) or is_spliced(path)


def is_as_written(
    disk: bytes,
    entry: Entry,
    shared: bool = False,
) -> bool:
    """Return whether a file is as we last wrote it; in one that is ours whole, git may have converted the line ends."""
    if entry.part is None:
        return False
    if entry.whole == hash_sha256(disk):
        return True
    return not shared and entry.whole == hash_sha256(with_lf(disk))


def _backed_up(change: FileChange, entry: Entry | None) -> FileChange:
    """Return the change of a file that is ours whole, with what it takes of the user's from the disk or from the record."""
    before = None
    if entry is not None:
        before = entry.before
    lost = []
    if before is not None and not _keeps(change, before):
        lost.append(before)
    old = change.old
    if change.writes and old is not None and old != change.new:
        is_ours = entry is not None and is_as_written(old, entry)
        if not is_ours and old not in lost:
            lost.append(old)
    return replace(change, backups=tuple(lost))


def _keeps(change: FileChange, content: bytes) -> bool:
    """Return whether a content is still on the disk, or in the record, after the change."""
    if content == change.left:
        return True
    entry = change.entry
    return entry is not None and entry.before == content


def _plan_orphan(
    path: str,
    disk: bytes | None,
    entry: Entry,
    forced: bool,
) -> FileChange:
    """Plan for a path that was written once and is not wanted any more: taken out, unless the user has changed it."""
    if disk is None:
        return _restore_gone(path, entry)
    if entry.part is None and not is_spliced(path):
        # Hook entries without their launcher would break sessions.
        return _forget(path, disk)
    is_shared = _is_shared(path, entry)
    is_ours = is_as_written(disk, entry, shared=is_shared)
    if is_shared and not is_ours:
        return _orphan_part(path, disk, entry)
    if is_ours or forced:
        return _restore(path, disk, entry.before)
    kept = _forget(path, disk)
    return replace(
        kept,
        status="edited",
        reason="edited by hand, so it stays",
    )


def _forget(path: str, disk: bytes | None) -> FileChange:
    """Leave a path as it is, and know nothing of it any more."""
    return FileChange(
        path,
        "orphan",
        old=disk,
        new=disk,
        writes=False,
        entry=None,
    )


def _restore(
    path: str,
    disk: bytes | None,
    content: bytes | None,
) -> FileChange:
    """Let a path have ``content`` (None: no file), and know nothing of it any more."""
    return FileChange(
        path,
        "orphan",
        old=disk,
        new=content,
        writes=True,
        entry=None,
    )


def _restore_gone(path: str, entry: Entry) -> FileChange:
    """Plan for a file of ours that is gone already: what stood there before comes back."""
    if entry.before is None or _is_shared(path, entry):
        return _forget(path, None)
    return _restore(path, None, entry.before)


def _orphan_part(
    path: str,
    disk: bytes,
    entry: Entry,
) -> FileChange:
    """Take our part out of a file that is the user's; one that cannot be read is blocked."""
    try:
        rest = take_out(path, disk, entry)
    except ValueError as error:
        language = path.rpartition(".")[2].upper()
        reason = f"is not usable {language}: {error}"
        kept = _forget(path, disk)
        return replace(
            kept,
            status="blocked",
            entry=entry,
            reason=reason,
        )
    return _restore(path, disk, rest)
