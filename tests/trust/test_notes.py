"""A note counts only where this user alone can have written it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tierwise.trust.notes import MAX_BYTES, read_note, write_note


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "tierwise" / "note.json"
    write_note(str(path), {"a": [1]})
    return path


def test_what_was_written_is_read_and_private(note: Path) -> None:
    assert read_note(str(note)) == {"a": [1]}
    assert note.stat().st_mode & 0o777 == 0o600
    assert note.parent.stat().st_mode & 0o777 == 0o700


def test_a_note_that_others_can_write_counts_for_nothing(note: Path) -> None:
    note.chmod(0o620)
    assert read_note(str(note)) == {}


def test_a_note_in_a_folder_that_others_can_write_counts_for_nothing(note: Path) -> None:
    note.parent.chmod(0o702)
    assert read_note(str(note)) == {}
    with pytest.raises(PermissionError, match="this user alone"):
        write_note(str(note), {"a": 2})


def test_a_link_is_not_followed_and_is_replaced(note: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text('{"b": 1}')
    target.chmod(0o600)
    note.unlink()
    note.symlink_to(target)
    assert read_note(str(note)) == {}
    write_note(str(note), {"a": 3})
    assert target.read_text() == '{"b": 1}'
    assert read_note(str(note)) == {"a": 3}


@pytest.mark.parametrize("content", ["", "[1]", "{", "x" * (MAX_BYTES + 1), "\0"], ids=len)
def test_anything_but_one_small_object_is_empty(content: str, note: Path) -> None:
    note.write_text(content)
    assert read_note(str(note)) == {}


def test_a_pipe_does_not_keep_anybody_waiting(note: Path) -> None:
    note.unlink()
    os.mkfifo(note, 0o600)
    assert read_note(str(note)) == {}
