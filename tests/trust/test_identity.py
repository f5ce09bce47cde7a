"""One repository has one name from all its work trees; what only claims to be one has its own path."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.trust.identity import identify_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {"packages/web/x": ""})


def test_work_trees_share_a_name_and_a_clone_does_not(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "-q", "../linked", "-b", "side")
    git(root, "clone", "-q", ".", "../clone")
    name = identify_repository(str(root))
    assert identify_repository(str(tmp_path / "linked")) == name
    assert identify_repository(str(tmp_path / "clone")) != name


def test_a_folder_below_has_a_name_of_its_own_in_every_work_tree(
    root: Path, tmp_path: Path
) -> None:
    git(root, "worktree", "add", "-q", "../linked", "-b", "side")
    below = identify_repository(str(root / "packages" / "web"))
    assert below == f"{identify_repository(str(root))}//packages/web"
    assert identify_repository(str(tmp_path / "linked" / "packages" / "web")) == below


def test_a_git_file_that_is_not_named_back_proves_nothing(root: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    git(root, "worktree", "add", "-q", "../linked", "-b", "side")
    (hostile / ".git").write_text((tmp_path / "linked" / ".git").read_text())
    assert identify_repository(str(hostile)) == str(hostile)


def test_a_git_folder_that_is_a_link_proves_nothing(root: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / ".git").symlink_to(root / ".git")
    assert identify_repository(str(hostile)) == str(hostile)


def test_a_folder_outside_of_git_is_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert identify_repository(str(tmp_path / "link")) == str(tmp_path / "real")
