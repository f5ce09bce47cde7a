"""The tests' folder in memory: taken where it can be, and gone with the run that held it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support import scratch
from tests.support.scratch import PREFIX, find_memory, hold_folder, remove_abandoned

PLENTY = "MemTotal: 99999999 kB\nMemAvailable: 16000000 kB\n"


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for memory, on a system that has plenty."""
    (tmp_path / "meminfo").write_text(PLENTY)
    monkeypatch.setattr(scratch, "MEMORY_FACTS", tmp_path / "meminfo")
    monkeypatch.setattr(scratch, "MEMORY", tmp_path)
    monkeypatch.setattr(scratch, "ROOM", 1 << 20)
    return tmp_path


def make_old(folder: Path) -> Path:
    folder.mkdir()
    (folder / "file").touch()
    os.utime(folder, (0, 0))
    return folder


def test_memory_with_room_is_taken(memory: Path) -> None:
    assert find_memory({}) == memory


def test_a_folder_that_the_user_named_is_kept(memory: Path) -> None:
    assert find_memory({"TMPDIR": "/elsewhere"}) is None


@pytest.mark.parametrize("facts", ["MemAvailable: 1000 kB\n", "MemTotal: 99999999 kB\n", ""])
def test_short_memory_is_left_alone(memory: Path, facts: str) -> None:
    scratch.MEMORY_FACTS.write_text(facts)
    assert find_memory({}) is None


def test_a_small_folder_is_left_alone(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.MEMORY_FACTS.write_text("MemAvailable: 9999999999999999 kB\n")
    monkeypatch.setattr(scratch, "ROOM", 1 << 60)
    assert find_memory({}) is None


def test_a_folder_from_which_nothing_runs_is_left_alone(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = list(os.statvfs(memory))
    facts[8] |= os.ST_NOEXEC
    monkeypatch.setattr(scratch.os, "statvfs", lambda path: os.statvfs_result(facts))
    assert find_memory({}) is None


def test_a_system_without_such_a_folder_has_none(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "MEMORY", memory / "missing")
    assert find_memory({}) is None


def test_the_folder_goes_with_its_run_and_with_it_what_a_killed_one_left(tmp_path: Path) -> None:
    left = make_old(tmp_path / f"{PREFIX}left")
    foreign = make_old(tmp_path / "another")
    with hold_folder(tmp_path) as (folder, _):
        assert not left.exists()
        (folder / "file").touch()
    assert list(tmp_path.iterdir()) == [foreign]


def test_a_folder_that_a_run_holds_stays(tmp_path: Path) -> None:
    with hold_folder(tmp_path) as (folder, _):
        os.utime(folder, (0, 0))
        remove_abandoned(tmp_path)
        assert folder.exists()


def test_a_young_folder_and_a_link_stay(tmp_path: Path) -> None:
    young = tmp_path / f"{PREFIX}young"
    young.mkdir()
    target = make_old(tmp_path / "target")
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(target)
    remove_abandoned(tmp_path)
    assert young.exists()
    assert (link / "file").exists()
