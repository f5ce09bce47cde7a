"""What git tracks in the folder of one machine's state is told, and git is asked only where it may be so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise import repo, tracked_state
from tierwise.errors import TierwiseError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo")


def _track(root: Path, name: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    git(root, "add", "-f", "--", name)


def test_a_clean_index_is_answered_without_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> str:
        raise AssertionError("git was asked")

    monkeypatch.setattr(repo, "run_git", fail)
    assert not tracked_state.has_tracked_files(str(root))


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("name", [".tierwise/local/table.json", ".Tierwise/LOCAL/x"])
def test_a_tracked_file_is_found_in_every_index_and_case(
    version: str, name: str, root: Path
) -> None:
    git(root, "update-index", "--index-version", version)
    _track(root, name)
    assert tracked_state.has_tracked_files(str(root))
    assert tracked_state.tracked_files(str(root)) == [name]


def test_a_split_index_is_looked_into(root: Path) -> None:
    _track(root, ".tierwise/local/a")
    git(root, "update-index", "--split-index")
    assert tracked_state.has_tracked_files(str(root))


def test_the_refusal_names_some_files_and_the_command(root: Path) -> None:
    for number in range(7):
        _track(root, f".tierwise/local/{number}")
    with pytest.raises(TierwiseError, match=r"local/0, .* and 2 more") as caught:
        tracked_state.refuse_tracked(str(root))
    assert "git rm -r .tierwise/local" in caught.value.remedy
