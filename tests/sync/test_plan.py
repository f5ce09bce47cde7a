"""A plan says what each path would become; it is made from what is wanted, what is there and what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry
from tierwise.sync.change import FileChange
from tierwise.sync.plan import make_plan, make_removal
from tierwise.targets.target import WantedFile, whole_file

PATH = ".claude/agents/explorer.md"
OURS, NEWER, THEIRS = b"ours\n", b"newer\n", b"theirs\n"
WRITTEN = Entry(part=hash_sha256(OURS), whole=hash_sha256(OURS))
LEFT = Entry(part=None, whole=hash_sha256(THEIRS))
Disk = Mapping[str, bytes]


def _plan_one(
    wanted: bytes,
    disk: bytes | None,
    entry: Entry | None,
    *,
    force: Iterable[str] | None = (),
    adopt: Iterable[str] | None = (),
    repair: bool = True,
) -> FileChange:
    files: Disk = {} if disk is None else {PATH: disk}
    target = whole_file(PATH, wanted, files.get)
    state = {} if entry is None else {PATH: entry}
    plan = make_plan([target], files.get, state, force=force, adopt=adopt, repair=repair)
    (change,) = plan.changes
    return change


STATUSES = [
    ("new", None, None, True),
    ("same", OURS, WRITTEN, False),
    ("missing", None, WRITTEN, True),
    ("foreign", THEIRS, None, False),
    ("edited", THEIRS, WRITTEN, False),
    ("same", THEIRS, LEFT, False),
]


@pytest.mark.parametrize(("status", "disk", "entry", "writes"), STATUSES)
def test_the_status_follows_from_the_disk_and_the_record(
    status: str, disk: bytes | None, entry: Entry | None, writes: bool
) -> None:
    change = _plan_one(OURS, disk, entry)
    assert (change.status, change.writes) == (status, writes)


def test_what_was_written_and_is_wanted_otherwise_is_stale_and_is_written() -> None:
    change = _plan_one(NEWER, OURS, WRITTEN)
    assert (change.status, change.writes, change.new) == ("stale", True, NEWER)
    assert change.backups == ()


@pytest.mark.parametrize("disk", [b"ours\r\n", b"ours\n"])
def test_line_ends_that_git_converted_are_no_edit(disk: bytes) -> None:
    change = _plan_one(OURS, disk, WRITTEN)
    assert (change.status, change.writes) == ("same", False)


@pytest.mark.parametrize("force", [None, [PATH]])
@pytest.mark.parametrize("entry", [None, WRITTEN, LEFT])
def test_forcing_replaces_the_users_file_and_keeps_it_as_a_backup(
    force: Iterable[str] | None, entry: Entry | None
) -> None:
    change = _plan_one(OURS, THEIRS, entry, force=force)
    assert (change.writes, change.new, change.backups) == (True, OURS, (THEIRS,))


def test_forcing_another_path_leaves_this_one() -> None:
    assert not _plan_one(OURS, THEIRS, WRITTEN, force=["other"]).writes


@pytest.mark.parametrize("entry", [None, WRITTEN])
def test_an_adopted_file_is_the_users_from_then_on(entry: Entry | None) -> None:
    change = _plan_one(OURS, THEIRS, entry, adopt=[PATH])
    assert (change.status, change.writes, change.entry) == ("same", False, LEFT)


def test_without_repair_a_deleted_file_stays_deleted() -> None:
    change = _plan_one(OURS, None, WRITTEN, repair=False)
    assert (change.status, change.writes) == ("missing", False)


def test_a_file_that_cannot_be_touched_is_blocked_even_where_it_is_forced() -> None:
    target = WantedFile(PATH, OURS, OURS, THEIRS, problem="is a link")
    (change,) = make_plan([target], {PATH: THEIRS}.get, {}, force=None).changes
    assert (change.status, change.writes, change.reason) == ("blocked", False, "is a link")


ORPHANS = [
    (OURS, WRITTEN, "orphan", True, None),
    (THEIRS, WRITTEN, "edited", False, THEIRS),
    (None, WRITTEN, "orphan", False, None),
    (THEIRS, LEFT, "orphan", False, THEIRS),
]


@pytest.mark.parametrize(("disk", "entry", "status", "writes", "new"), ORPHANS)
def test_what_is_no_longer_wanted_goes_unless_the_user_changed_it(
    disk: bytes | None, entry: Entry, status: str, writes: bool, new: bytes | None
) -> None:
    files: Disk = {} if disk is None else {PATH: disk}
    (change,) = make_plan([], files.get, {PATH: entry}).changes
    assert (change.status, change.writes, change.new) == (status, writes, new)
    assert change.entry is None


def test_what_was_there_before_comes_back() -> None:
    entry = Entry(part=WRITTEN.part, whole=WRITTEN.whole, before=THEIRS)
    for disk in (OURS, None):
        files: Disk = {} if disk is None else {PATH: disk}
        (change,) = make_removal(files.get, {PATH: entry}).changes
        assert (change.writes, change.new) == (True, THEIRS)


def test_the_policy_stays_while_it_is_in_use_and_goes_when_all_is_taken_out() -> None:
    state = {"tierwise.yaml": WRITTEN}
    files: Disk = {"tierwise.yaml": OURS}
    assert make_plan([], files.get, state).writes == ()
    (change,) = make_removal(files.get, state).changes
    assert (change.writes, change.new) == (True, None)


def test_the_plan_leaves_a_record_of_what_it_writes_and_names_drift() -> None:
    other = whole_file("other", NEWER, lambda path: None)
    mine = whole_file(PATH, OURS, {PATH: THEIRS}.get)
    plan = make_plan([other, mine], {PATH: THEIRS}.get, {})
    assert [change.path for change in plan.changes] == [PATH, "other"]
    assert [change.path for change in plan.drift] == ["other"]
    assert [change.path for change in plan.users] == [PATH]
    assert plan.state == {"other": Entry(hash_sha256(NEWER), hash_sha256(NEWER))}
