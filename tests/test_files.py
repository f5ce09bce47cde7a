"""Reading what is a regular file and nothing else; writing so that the old content or the new is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tierwise import files


def _make_pipe(path: Path) -> None:
    os.mkfifo(path)


def _make_folder(path: Path) -> None:
    path.mkdir()


def _make_endless_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _make_circle(path: Path) -> None:
    path.symlink_to(path.name)


NO_FILES = [_make_pipe, _make_folder, _make_endless_link, _make_circle]


@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_regular_file_is_not_there(make: object, tmp_path: Path) -> None:
    path = tmp_path / "odd"
    make(path)  # type: ignore[operator]
    assert files.read_bytes(str(path)) is None
    assert files.read_head(str(path), 10) == b""
    with pytest.raises(OSError, match="odd"):
        files.open_regular(str(path)).close()


def test_a_file_above_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * 1001)
    with pytest.raises(files.TooLargeError, match=r"1,001 bytes; at most 1,000"):
        files.read_bytes(str(path), 1000)
    assert files.read_usable(str(path), 1000) is None
    assert files.read_head(str(path), 5) == b"xxxxx"


def test_a_name_with_a_nul_is_not_usable() -> None:
    assert files.read_usable("a\0b") is None
    assert files.read_text("a\0b") == ""


def test_a_file_whose_size_the_system_does_not_say_is_read() -> None:
    path = "/proc/self/status"
    if not os.path.exists(path):
        pytest.skip("no /proc here")
    assert b"Name:" in (files.read_bytes(path) or b"")


def test_text_loses_its_byte_order_mark_and_keeps_going_at_bad_bytes(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbfa\xffb")
    assert files.read_text(str(path)) == "a\ufffdb"


def test_missing_folders_are_made_but_never_the_top(tmp_path: Path) -> None:
    top = tmp_path / "repository"
    with pytest.raises(FileNotFoundError):
        files.make_folders(str(top / "a" / "b"), str(top))
    assert not top.exists()
    top.mkdir()
    files.make_folders(str(top / "a" / "b"), str(top))
    assert (top / "a" / "b").is_dir()


def test_a_written_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    files.write_atomic(str(link), b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_old_content_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fill_disk(descriptor: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_all", fill_disk)
    with pytest.raises(OSError, match="No space left"):
        files.write_atomic(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_device_is_written_into_and_never_replaced(tmp_path: Path) -> None:
    files.write_out(os.devnull, b"gone")
    assert files.is_device(os.devnull)
    files.write_out(str(tmp_path / "file"), b"kept")
    assert (tmp_path / "file").read_bytes() == b"kept"
