"""Which folder is the repository, from wherever a command is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise import repo
from tierwise.errors import OutsideError, TierwiseError


def test_the_top_of_the_work_tree_is_the_root_from_everywhere_below(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"a/b/c.txt": ""})
    assert repo.find_root(str(root / "a" / "b")) == str(root)


def test_a_nested_repository_does_not_obey_the_policy_above_it(tmp_path: Path) -> None:
    outer = make_repository(tmp_path / "outer", {"tierwise.yaml": "version: 1\n"})
    inner = make_repository(outer / "vendor" / "inner")
    assert repo.find_root(str(inner)) == str(inner)


def test_a_folder_outside_of_git_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TierwiseError) as caught:
        repo.require_root(str(tmp_path))
    assert caught.value.place == str(tmp_path)
    assert "git init" in caught.value.remedy


def test_the_git_folder_of_a_linked_work_tree_is_its_own(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo")
    git(root, "worktree", "add", "-q", "../linked", "-b", "side")
    found = repo.git_folder(str(tmp_path / "linked"))
    assert os.path.realpath(found) == str(root / ".git" / "worktrees" / "linked")
    assert repo.git_folder(str(root)) == str(root / ".git")


def test_a_failing_git_command_is_said_in_gits_words(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo")
    with pytest.raises(OutsideError, match=r"git rev-parse --verify nothing: .*single revision"):
        repo.run_git(str(root), "rev-parse", "--verify", "nothing")
    assert repo.run_git(str(root), "rev-parse", "--verify", "nothing", check=False) == ""


def test_without_git_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="git was not found"):
        repo.run_git(str(tmp_path), "status")


def test_a_deleted_current_folder_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(OutsideError, match="the current folder is gone"):
        repo.find_root()


def test_every_change_of_the_index_has_another_number(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo")
    before = repo.identify_index(str(root))
    (root / "other").touch()
    git(root, "add", "other")
    assert repo.identify_index(str(root)) != before
    assert repo.identify_index(str(root / "nothing")) == repo.identify_index(str(root))
