"""Checks of the whole change at once: sizes, names, links; and the snapshots they read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, stage
from tests.support.repository import make_repository

from tierwise.checks.builtin.large_files import format_size
from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.checks.registry import load_check
from tierwise.checks.staged import Staged
from tierwise.checks.worktree import WorkTree
from tierwise.domain.change import Finding, Snapshot, decode_path, encode_path, show_path

KB = 1024


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def found(name: str, root: Path, snapshot: Snapshot | None = None, **settings: object) -> list[str]:
    snapshot = snapshot or Staged(str(root))
    return [finding.path for finding in findings_of(name, snapshot, **settings)]


def findings_of(name: str, snapshot: Snapshot, **settings: object) -> list[Finding]:
    check = load_check(name)
    assert isinstance(check, TreeCheck)
    return check.find(snapshot, snapshot.changes, CheckContext(options=settings))


def test_a_large_file_is_named_when_added_and_when_grown(root: Path) -> None:
    stage(root, "small.bin", b"x" * (400 * KB))
    stage(root, "large.bin", b"x" * (501 * KB))
    assert found("large-files", root) == ["large.bin"]
    commit(root, "--no-verify")
    stage(root, "small.bin", b"x" * (3_000 * KB))
    stage(root, "large.bin", b"x" * (502 * KB))
    assert found("large-files", root) == ["small.bin"], (
        "a little growth of what was large already is let through"
    )
    stage(root, "large.bin", b"y" * (1_100 * KB))
    assert found("large-files", root) == ["large.bin", "small.bin"]


def test_a_rename_a_lock_file_and_a_higher_limit_are_let_through(root: Path) -> None:
    stage(root, "large.bin", b"x" * (600 * KB))
    commit(root, "--no-verify")
    git(root, "mv", "large.bin", "moved.bin")
    stage(root, "package-lock.json", b" " * (600 * KB))
    assert found("large-files", root) == []
    stage(root, "other.bin", b"z" * (600 * KB))
    assert found("large-files", root, limit=700 * KB) == []


def test_a_pointer_of_git_lfs_is_small_and_a_missed_one_is_told(root: Path) -> None:
    stage(root, ".gitattributes", "*.psd filter=lfs\n")
    stage(
        root,
        "pointer.psd",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 900000000\n",
    )
    git(root, "config", "filter.lfs.clean", "cat")
    stage(root, "content.psd", b"x" * (600 * KB))
    snapshot = Staged(str(root))
    (finding,) = findings_of("large-files", snapshot)
    assert finding.path == "content.psd"
    assert "Git LFS" in finding.message


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 B"), (500 * KB, "500 kB"), (1536 * KB, "1.5 MB"), (3 << 30, "3 GB")]
)
def test_sizes_read_as_people_write_them(size: int, words: str) -> None:
    assert format_size(size) == words


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system does not hold both names")
def test_names_that_differ_in_case_alone_collide(root: Path) -> None:
    stage(root, "src/App.py", "x\n")
    commit(root, "--no-verify")
    assert found("case-collisions", root) == []
    stage(root, "src/app.py", "x\n")
    stage(root, "readme.MD", "x\n")
    stage(root, "SRC/other.py", "x\n")
    assert found("case-collisions", root) == ["SRC/other.py", "readme.MD", "src/app.py"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system does not hold both names")
def test_a_case_only_rename_is_no_collision_and_accents_count_once(root: Path) -> None:
    stage(root, "App.py", "x\n")
    commit(root, "--no-verify")
    git(root, "mv", "App.py", "app.py")
    assert found("case-collisions", root) == []
    stage(root, "caf\u00e9.txt", "x\n")
    stage(root, "cafe\u0301.txt", "x\n")
    assert len(found("case-collisions", root)) == 1


def link(root: Path, name: str, target: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    git(root, "add", "--", name)


def test_a_link_to_nothing_in_the_commit_is_broken(root: Path) -> None:
    stage(root, "docs/a.md", "x\n")
    (root / "untracked").write_text("x\n")
    for name, target in {
        "good": "docs/a.md",
        "folder": "docs",
        "docs/up": "../README.md",
        "docs/here": ".",
        "absolute": sys.executable,
        "outside": "../" * 20 + "etc",
        "bad": "nowhere",
        "docs/bad": "README.md",
        "not-committed": "untracked",
        "gone": "/nowhere/at/all",
        "itself": "itself",
    }.items():
        link(root, name, target)
    assert found("broken-symlinks", root) == ["bad", "docs/bad", "gone", "itself", "not-committed"]


def test_deleting_the_target_breaks_the_link_that_stays(root: Path) -> None:
    stage(root, "target", "x\n")
    link(root, "pointer", "target")
    commit(root, "--no-verify")
    git(root, "rm", "-q", "target")
    assert found("broken-symlinks", root) == ["pointer"]


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


def test_the_working_tree_has_staged_unstaged_and_untracked_changes(root: Path) -> None:
    stage(root, "staged.txt", "1\n")
    (root / "README.md").write_text("changed\n")
    (root / "untracked.txt").write_text("2\n")
    (root / ".gitignore").write_text("*.log\n")
    (root / "ignored.log").write_text("3\n")
    snapshot = WorkTree(str(root))
    assert [change.path for change in snapshot.changes] == [
        ".gitignore",
        "README.md",
        "staged.txt",
        "untracked.txt",
    ]
    assert [data for _, data in snapshot.contents(snapshot.changes)] == [
        b"*.log\n",
        b"changed\n",
        b"1\n",
        b"2\n",
    ]
    assert [change.path for change in WorkTree(str(root), everything=True).changes] == [
        change.path for change in snapshot.changes
    ]


def test_the_working_tree_of_a_subfolder_is_the_whole_one(root: Path) -> None:
    (root / "a").mkdir()
    (root / "b.txt").write_text("x\n")
    assert [change.path for change in WorkTree(str(root / "a")).changes] == ["b.txt"]


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


def test_a_link_that_was_broken_before_is_not_this_changes_fault(root: Path) -> None:
    link(root, "broken", "nowhere")
    link(root, "whole", "docs/a.md")
    stage(root, "docs/a.md", "x\n")
    stage(root, "other.txt", "x\n")
    stage(root, "third.txt", "y\n")
    commit(root, "--no-verify")
    git(root, "rm", "-q", "other.txt")
    git(root, "mv", "third.txt", "moved.txt")
    assert found("broken-symlinks", root) == []
    git(root, "mv", "docs/a.md", "docs/b.md")
    assert found("broken-symlinks", root) == ["whole"]
    link(root, "new", "nowhere")
    assert found("broken-symlinks", root) == ["new", "whole"]


@pytest.mark.parametrize(
    "name",
    ["pixi.lock", "deno.lock", "bun.lockb", "sub/MODULE.bazel.lock", "gradle.lockfile", "Package.resolved",
     "pylock.toml", "packages.lock.json", "conda-lock.yml", ".terraform.lock.hcl"],
)  # fmt: skip
def test_lock_files_of_every_manager_may_be_large(root: Path, name: str) -> None:
    stage(root, name, b"x" * (600 * KB))
    assert found("large-files", root) == []
