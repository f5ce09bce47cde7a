"""What is staged, as the checks read it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, stage

from tierwise.checks.staged import Staged
from tierwise.domain.change import decode_path, encode_path, show_path


def link(root: Path, name: str, target: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    git(root, "add", "--", name)


def test_staged_changes_hold_modes_blobs_and_renames_by_content(root: Path) -> None:
    stage(root, "old.txt", "the same\n")
    stage(root, "run.sh", "x\n")
    commit(root, "--no-verify")
    git(root, "mv", "old.txt", "new.txt")
    git(root, "update-index", "--chmod=+x", "run.sh")
    changes = {change.path: change for change in Staged(str(root)).changes}
    assert {path: change.status for path, change in changes.items()} == {
        "new.txt": "A",
        "old.txt": "D",
        "run.sh": "M",
    }
    assert changes["new.txt"].moved
    assert changes["run.sh"].mode == "100755"
    assert not changes["old.txt"].is_file


@pytest.mark.slow
def test_contents_come_one_by_one_in_order_from_the_index(root: Path) -> None:
    for number in range(450):
        (root / f"{number:03}.txt").write_text(f"{number}\n")
    git(root, "add", ".")
    (root / "007.txt").write_text("changed since\n")
    snapshot = Staged(str(root))
    contents = [data for _, data in snapshot.contents(snapshot.changes)]
    assert contents == [f"{number}\n".encode() for number in range(450)]
    assert snapshot.sizes(snapshot.changes) == [len(data) for data in contents]


def test_the_users_git_settings_do_not_change_what_is_read(root: Path) -> None:
    for key, value in {
        "diff.external": "false",
        "diff.noprefix": "true",
        "diff.renames": "copies",
        "color.ui": "always",
        "core.abbrev": "4",
        "core.quotePath": "true",
        "diff.orderFile": "/dev/null",
    }.items():
        git(root, "config", key, value)
    stage(root, "ä.txt", "x\n")
    (change,) = Staged(str(root)).changes
    assert (change.path, len(change.sha)) == ("ä.txt", 40)


def test_a_repository_with_sha256_names_is_read_the_same(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "--object-format=sha256")
    stage(root, "a.txt", "x\n")
    snapshot = Staged(str(root))
    assert [data for _, data in snapshot.contents(snapshot.changes)] == [b"x\n"]
    assert snapshot.old_sizes(snapshot.changes) == [0]
    assert snapshot.old_content(snapshot.changes[0]) == b""


def test_names_survive_decoding_and_are_shown_on_one_line() -> None:
    for name in (b"plain", b"new\nline", b"\xff\xfe", b'quo"te', "ü".encode()):
        assert encode_path(decode_path(name)) == name
        assert "\n" not in show_path(decode_path(name))
        show_path(decode_path(name)).encode("utf-8")
    assert show_path(decode_path(b"a b")) == "a b"
    assert show_path(decode_path(b"\xff\n\\\x01")) == '"\\377\\n\\\\\\001"'


def test_nothing_is_written_while_reading(root: Path) -> None:
    stage(root, "a.txt", "x\n")
    before = {
        path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*") if path.is_file()
    }
    snapshot = Staged(str(root))
    list(snapshot.contents(snapshot.changes))
    snapshot.entries()
    after = {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*") if path.is_file()}
    assert after == before
    assert os.listdir(root / ".git" / "objects")
