"""Machine-local state follows no link, believes no stranger's file, and never waits."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise import ledger, local_state, tracked_state
from tierwise.errors import TierwiseError
from tierwise.tracked_state import refuse_tracked

LOCAL = ".tierwise/local"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO and no modes")


def test_folder_and_files_are_readable_by_their_user_only(tmp_path: Path) -> None:
    local_state.write(str(tmp_path), "runs", "a.json", data=b"{}")
    local_state.append(str(tmp_path), "log", data=b"line\n")
    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / LOCAL).rglob("*")
    }
    assert modes == {
        f"{LOCAL}/.gitignore": 0o600,
        f"{LOCAL}/log": 0o600,
        f"{LOCAL}/runs": 0o700,
        f"{LOCAL}/runs/a.json": 0o600,
    }
    assert stat.S_IMODE((tmp_path / LOCAL).stat().st_mode) == 0o700


@pytest.mark.parametrize("linked", [".tierwise", LOCAL, f"{LOCAL}/runs", f"{LOCAL}/runs/a"])
@pytest.mark.parametrize("dangling", [True, False], ids=["dangling", "leading somewhere"])
def test_no_link_is_followed_anywhere_on_the_way(
    tmp_path: Path, linked: str, dangling: bool
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    link = root / linked
    link.parent.mkdir(parents=True)
    if not dangling:
        (outside / "local/runs").mkdir(parents=True)
        (outside / "a").write_bytes(b"theirs")
    link.symlink_to(outside / "a" if linked.endswith("/a") else outside)
    before = sorted(path.name for path in tmp_path.rglob("*"))

    assert local_state.read(str(root), "runs", "a") is None
    with pytest.raises(OSError):
        local_state.append(str(root), "runs", "a", data=b"x")
    if not linked.endswith("/a"):
        with pytest.raises(OSError):
            local_state.write(str(root), "runs", "a", data=b"x")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.name != ".gitignore") == before
    assert dangling or (outside / "a").read_bytes() == b"theirs"


@posix
@pytest.mark.parametrize("kind", ["fifo", "folder", "zero", "nowhere"])
def test_what_is_no_regular_file_is_not_there_and_makes_nobody_wait(
    tmp_path: Path, kind: str
) -> None:
    root = str(tmp_path)
    ledger.append(root, {"row": "decision"})
    path = tmp_path / LOCAL / "ledger.jsonl"
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if kind == "zero" else "nowhere")
    assert list(ledger.read(root)) == []
    with pytest.raises(OSError):
        ledger.append(root, {"row": "decision"})


def test_a_file_beyond_the_limit_is_not_there(tmp_path: Path) -> None:
    local_state.write(str(tmp_path), "note", data=b"12345")
    assert local_state.read(str(tmp_path), "note", limit=5) == b"12345"
    assert local_state.read(str(tmp_path), "note", limit=4) is None


def test_what_git_tracks_is_not_there_and_a_writing_command_names_it(repository: Path) -> None:
    (repository / LOCAL).mkdir(parents=True)
    (repository / LOCAL / "launcher").write_bytes(b"/tmp/evil\n")
    git(repository, "add", "-Af")
    git(repository, "commit", "-qm", "feat: x")
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", str(repository), str(clone))
    (clone / LOCAL).chmod(0o755)

    assert local_state.read(str(clone), "launcher") is None
    with pytest.raises(OSError):
        local_state.write(str(clone), "launcher", data=b"x")
    with pytest.raises(TierwiseError, match=r"git tracks \.tierwise/local/launcher"):
        refuse_tracked(str(clone))


def test_removing_takes_links_away_and_leaves_what_they_lead_to(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis").write_bytes(b"1")
    local_state.write(str(root.parent), "x", data=b"")
    root.mkdir()
    local_state.write(str(root), "runs", "a", data=b"")
    (root / LOCAL / "runs/link").symlink_to(outside)
    local_state.remove(str(root), "runs")
    assert not (root / LOCAL / "runs").exists()
    assert (outside / "thesis").exists()


@posix
@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["umask 022", "umask 077"])
@pytest.mark.parametrize("ignored", [b"*\n", None], ids=["with .gitignore", "without"])
def test_what_a_clone_brings_is_not_there_whatever_the_umask(
    repository: Path, mode: int, ignored: bytes | None
) -> None:
    folder = repository / LOCAL
    folder.mkdir(parents=True)
    (folder / "ledger.jsonl").write_bytes(b'{"row": "decision"}\n')
    if ignored is not None:
        (folder / ".gitignore").write_bytes(ignored)
    git(repository, "add", "-Af")
    git(repository, "commit", "-qm", "feat: x")
    folder.chmod(mode)
    for _ in range(2):
        assert list(ledger.read(str(repository))) == []
        with pytest.raises(local_state.NotPrivateError, match="tracked by git"):
            local_state.append(str(repository), "log", data=b"x")


@posix
def test_git_is_asked_only_where_its_index_has_changed_and_may_name_the_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / LOCAL).mkdir(parents=True)
    (repository / LOCAL / "note").write_bytes(b"mine")
    asked: list[str] = []
    monkeypatch.setattr(tracked_state, "tracked_files", lambda root: asked.append(root) or [])
    for _ in range(3):
        assert local_state.read(str(repository), "note") == b"mine"
    assert asked == []
    (repository / ".tierwise" / "other").write_text("x")
    git(repository, "add", ".tierwise/other")
    assert local_state.read(str(repository), "note") == b"mine"
    assert asked == []
    git(repository, "update-index", "--index-version", "4")  # its paths are not whole
    for _ in range(3):
        assert local_state.read(str(repository), "note") == b"mine"
    assert asked == [str(repository)]


@pytest.mark.slow
@posix
@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("how", ["checkout", "merge", "pull", "worktree", "below the top"])
def test_files_that_git_brings_later_into_a_marked_folder_are_not_there(
    how: str, version: str, tmp_path: Path
) -> None:
    below = "sub/" if how == "below the top" else ""
    origin = make_repository(tmp_path / "origin", {f"{below}tierwise.yaml": "version: 1\n"})
    git(tmp_path, "clone", "-q", "origin", "clone")
    clone = tmp_path / "clone"
    git(origin, "checkout", "-qb", "bad")
    note = origin / below / LOCAL / "note"
    note.parent.mkdir(parents=True)
    note.write_bytes(b"theirs")
    git(origin, "add", "-Af")
    git(origin, "commit", "-qm", "feat: x")
    git(clone, "fetch", "-q", "origin")
    git(clone, "update-index", "--index-version", version)
    if how == "worktree":
        git(clone, "worktree", "add", "-q", str(tmp_path / "tree"))
        clone = tmp_path / "tree"
    root = str(clone / below)
    local_state.write(root, "own", data=b"mine")
    assert local_state.read(root, "own") == b"mine"
    if how == "pull":
        git(clone, "pull", "-q", "origin", "bad")
    elif how == "checkout":
        git(clone, "checkout", "-q", "origin/bad")
    else:
        git(clone, "merge", "-q", "origin/bad")
    assert (clone / below / LOCAL / "note").exists()
    assert local_state.read(root, "note") is None
    with pytest.raises(local_state.NotPrivateError, match="tracked by git"):
        local_state.append(root, "note", data=b"x")
    git(clone, "rm", "-rq", f"{below}{LOCAL}/note")
    assert local_state.read(root, "own") == b"mine"
