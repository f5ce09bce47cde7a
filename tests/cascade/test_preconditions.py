"""What a repository must be like before attempts start from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.cascade.workspace import open_workspace
from tierwise.errors import TierwiseError


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    with (
        pytest.raises(TierwiseError, match="no commit yet"),
        open_workspace(str(tmp_path / "empty"), "", "r1"),
    ):
        pass


def test_a_merge_in_progress_is_refused(origin: Path) -> None:
    git(origin, "checkout", "-qb", "other")
    (origin / "a.txt").write_text("other\n")
    git(origin, "commit", "-qam", "docs: other")
    git(origin, "checkout", "-q", "main")
    (origin / "a.txt").write_text("main\n")
    git(origin, "commit", "-qam", "docs: main")
    with pytest.raises(Exception):  # noqa: B017 - git's own failure, by way of the support code
        git(origin, "merge", "other")
    with (
        pytest.raises(TierwiseError, match="a merge is in progress"),
        open_workspace(str(origin), "", "r1"),
    ):
        pass


@pytest.mark.slow
def test_a_populated_submodule_is_refused_unless_the_policy_says_empty(
    origin: Path, tmp_path: Path
) -> None:
    inner = make_repository(tmp_path / "inner")
    git(origin, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "lib")
    git(origin, "commit", "-qm", "build: add lib")
    with (
        pytest.raises(TierwiseError, match="lib: populated submodules"),
        open_workspace(str(origin), "", "r1"),
    ):
        pass
    with open_workspace(str(origin), "", "r1", submodules="empty") as place:
        assert "1 submodules are empty for the attempts" in place.notes
        (Path(place.root) / "a.txt").write_text("theirs\n")
        assert place.changed_paths(place.state()) == ["a.txt"]


@pytest.mark.slow
def test_large_files_stay_pointers_and_a_changed_one_is_refused(origin: Path) -> None:
    if shutil.which("git-lfs"):
        pytest.skip("git-lfs is installed, and would handle the file")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    (origin / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (origin / "big.bin").write_text(pointer)
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "build: lfs")
    with open_workspace(str(origin), "", "r1") as place:
        assert "1 files that Git LFS keeps are pointers for the attempts" in place.notes
        assert (Path(place.root) / "big.bin").read_text() == pointer
    (origin / "big.bin").write_bytes(b"real content")
    with (
        pytest.raises(TierwiseError, match=r"big\.bin: a changed file that Git LFS keeps"),
        open_workspace(str(origin), "", "r"),
    ):
        pass


def test_an_untracked_file_of_secrets_is_not_part_of_what_attempts_start_from(origin: Path) -> None:
    (origin / ".env").write_text("TOKEN=x\n")
    (origin / ".env.example").write_text("TOKEN=\n")
    with open_workspace(str(origin), "", "r1") as place:
        assert not (Path(place.root) / ".env").exists()
        assert (Path(place.root) / ".env.example").exists()
        assert any(".env: untracked and named like secrets" in note for note in place.notes)
    assert (origin / ".env").read_text() == "TOKEN=x\n"
