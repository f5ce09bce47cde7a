"""A snapshot is the working tree as git objects, and the user's index, files and branches stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.git import snapshot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {"a": "a\n", "b": "b\n", ".gitignore": "*.log\n"})


def test_it_holds_edits_and_new_files_but_not_ignored_ones(root: Path) -> None:
    (root / "a").write_text("edited\n")
    (root / "new").write_text("new\n")
    (root / "x.log").write_text("noise\n")
    (root / "b").unlink()
    tree = snapshot.take(str(root))
    changes = snapshot.changes(str(root), "HEAD", tree)
    assert {change.path: change.after for change in changes} == {
        "a": b"edited\n",
        "b": None,
        "new": b"new\n",
    }


def test_taking_it_changes_nothing_that_git_shows(root: Path) -> None:
    (root / "a").write_text("staged\n")
    git(root, "add", "a")
    (root / "a").write_text("edited again\n")
    before = (git(root, "status", "--porcelain"), git(root, "diff", "--cached"))
    snapshot.take(str(root))
    assert (git(root, "status", "--porcelain"), git(root, "diff", "--cached")) == before


def test_an_edit_of_the_same_size_in_the_same_second_is_seen(root: Path) -> None:
    (root / "a").write_text("A\n")
    git(root, "add", "a")
    (root / "a").write_text("B\n")
    changes = snapshot.changes(str(root), "HEAD", snapshot.take(str(root)))
    assert [change.after for change in changes] == [b"B\n"]


def test_a_rename_is_one_change_and_both_its_paths(root: Path) -> None:
    (root / "long").write_text("one\ntwo\nthree\nfour\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "feat: long")
    git(root, "mv", "long", "renamed")
    tree = snapshot.take(str(root))
    (change,) = snapshot.changes(str(root), "HEAD", tree)
    assert (change.old_path, change.path) == ("long", "renamed")
    assert snapshot.changed_paths(str(root), "HEAD", tree) == ["long", "renamed"]


def test_links_are_told_from_files(root: Path) -> None:
    (root / "link").symlink_to("a")
    (change,) = snapshot.changes(str(root), "HEAD", snapshot.take(str(root)))
    assert (change.is_link, change.after) == (True, b"a")


def test_what_is_excluded_is_left_out_even_where_it_is_ignored_too(root: Path) -> None:
    (root / "secret").write_text("x\n")
    tree = snapshot.take(str(root), exclude=["secret", "x.log", "nothing"])
    assert snapshot.changed_paths(str(root), "HEAD", tree) == []


def test_a_repository_without_a_commit_has_no_head(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert snapshot.head(str(tmp_path)) is None


def test_it_works_where_a_hook_has_another_repository_in_its_environment(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    (root / "new").write_text("new\n")
    tree = snapshot.take(str(root))
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert git(root, "ls-tree", "--name-only", tree).split() == [
        ".gitignore",
        "README.md",
        "a",
        "b",
        "new",
    ]


def test_an_unknown_blob_is_left_out_of_what_is_read(root: Path) -> None:
    known = git(root, "rev-parse", "HEAD:a").strip()
    assert snapshot.read_blobs(str(root), [known, "5" * 40, known]) == {known: b"a\n"}
    assert snapshot.read_blobs(str(root), []) == {}
