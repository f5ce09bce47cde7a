"""Checkouts for gates: exactly the tree, and nothing of one that was killed stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from tests.support.repository import git

from tierwise.cascade import checkouts
from tierwise.cascade.checkouts import open_change_set
from tierwise.cascade.workspace import open_workspace
from tierwise.git.store import ObjectStore, open_store
from tierwise.scratch import is_alive, number_space, sweep_scratch


@pytest.mark.slow
def test_gates_see_exactly_what_is_delivered(origin: Path) -> None:
    """Ignored files of an attempt, and what a gate's command leaves, are in no later checkout."""
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "deps").mkdir()
        (Path(place.root) / "deps/fix.txt").write_text("ignored\n")
        tree = place.state()
        with place.checkouts.fresh(tree) as folder:
            assert not (Path(folder) / "deps").exists()
            assert (Path(folder) / "a.txt").read_text() == "theirs\n"
            assert git(Path(folder), "status", "--porcelain") == ""
            (Path(folder) / "deps").mkdir()
            (Path(folder) / "src/b.txt").write_text("left by a gate\n")
        with place.checkouts.fresh(tree) as folder:
            assert not (Path(folder) / "deps").exists()
            assert (Path(folder) / "src/b.txt").read_text() == "two\n"


def test_what_killed_gates_left_goes_with_the_next_checkout(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    gone = 2**22 + 1
    left = scratch / f"tierwise-gate-{number_space()}-{gone}-x"
    kept = {
        "tierwise-gate-notes",
        f"tierwise-gate-{number_space()}7-{gone}-x",
    }  # of another container
    for folder in (left, *(scratch / name for name in kept)):
        folder.mkdir()
    with open_change_set(str(origin), "", "HEAD", "", links=(), own_folder=str(origin)) as change:
        assert change.checkouts is not None
        with change.checkouts.fresh(change.base_tree) as folder_of_gate:
            assert (Path(folder_of_gate) / "a.txt").read_text() == "one\n"
        assert not left.exists()
    assert {path.name for path in scratch.iterdir()} == kept


def test_two_runs_that_begin_at_the_same_time_leave_nothing_behind(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    both = threading.Barrier(2)

    def open_together(home: str, place: str) -> ObjectStore:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)  # a second one comes here, where nothing keeps it out
        return open_store(home, place)

    monkeypatch.setattr(checkouts, "open_store", open_together)
    with open_change_set(str(origin), "", "HEAD", "", links=(), own_folder=str(origin)) as change:
        opened = change.checkouts
        assert opened is not None

        def look(_: int) -> str:
            with opened.fresh(change.base_tree) as folder:
                return Path(folder, "a.txt").read_text()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(look, range(2))) == ["one\n", "one\n"]
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_a_killed_gate_still_ran_is_ended_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"tierwise-gate-{number_space()}-{2**22 + 1}-x" / "check-1"
    left.mkdir(parents=True)
    endless = subprocess.Popen(["sleep", "600"], cwd=left, start_new_session=True)
    try:
        sweep_scratch()
        assert not is_alive(endless.pid)
    finally:
        endless.kill()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_command_of_a_killed_gate_in_the_user_s_own_folder_is_ended_with_the_next(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    note = tmp_path / "pid"
    gate = (
        "from tierwise.gates.runs import run_command;"
        f"run_command('sleep 600 & echo $! > {note}; wait', {str(origin)!r}, 600)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.Popen([sys.executable, "-c", gate], env=environment)
    while not (note.exists() and note.read_text().strip()):
        assert killed.poll() is None
    killed.kill()
    killed.wait()
    endless = int(note.read_text())
    assert is_alive(endless)
    with open_change_set(str(origin), "", "HEAD", "", links=(), own_folder=str(origin)):
        assert not _is_running(endless)
    assert list(tmp_path.glob("tierwise-gate-*")) == []


def _is_running(pid: int) -> bool:
    """Whether a process runs, and is not one that has ended and that nobody has asked for."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_link_called_like_a_killed_gate_s_folder_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, own = tmp_path / "scratch", tmp_path / "own"
    for folder in (scratch, own):
        folder.mkdir()
    (own / "mine.txt").touch()
    (scratch / f"tierwise-gate-{number_space()}-{2**22 + 1}-x").symlink_to(own)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    working = subprocess.Popen(["sleep", "600"], cwd=own, start_new_session=True)
    try:
        sweep_scratch()
        assert is_alive(working.pid)
        assert (own / "mine.txt").exists()
    finally:
        working.kill()
        working.wait()
