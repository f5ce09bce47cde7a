"""One watcher a repository, whatever happens to the repository's folders meanwhile."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import status, synced, write_policy
from tests.support.watching import HIGH, LOW, Watching, follows

from tierwise.errors import TierwiseError
from tierwise.sync.repository import plan_sync
from tierwise.sync.watch.only_one import only_watcher, watcher_pid


def test_a_second_one_is_refused_with_the_way_out(tmp_path: Path) -> None:
    refused = pytest.raises(TierwiseError, match="a watcher runs here already")
    with only_watcher(str(tmp_path)), refused as error, only_watcher(str(tmp_path)):
        pass
    assert "kill" in error.value.remedy
    with only_watcher(str(tmp_path)):
        pass


def test_a_lock_whose_file_was_removed_is_taken_anew(tmp_path: Path) -> None:
    with only_watcher(str(tmp_path)) as keep:
        assert keep() is False
        shutil.rmtree(tmp_path / ".tierwise")
        assert keep() is True
        assert keep() is False


def test_a_repository_that_is_away_is_waited_for(tmp_path: Path) -> None:
    root, away = tmp_path / "repository", tmp_path / "away"
    root.mkdir()
    with only_watcher(str(root)) as keep:
        root.rename(away)
        assert keep() is False
        assert not root.exists()
        away.rename(root)
        assert keep() is False  # the lock came back with it
        shutil.rmtree(root)
        assert keep() is False
        root.mkdir()
        assert keep() is True


def test_another_that_came_meanwhile_ends_this_one(tmp_path: Path) -> None:
    with only_watcher(str(tmp_path)) as keep:
        shutil.rmtree(tmp_path / ".tierwise")
        with (
            only_watcher(str(tmp_path)),
            pytest.raises(TierwiseError, match="a watcher runs here already"),
        ):
            keep()


@pytest.mark.slow
def test_of_watchers_that_start_at_once_one_stays(repository: Path) -> None:
    synced(repository)
    call = [sys.executable, "-m", "tierwise", "watch", "--json"]
    started = [
        subprocess.Popen(call, cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    end = time.monotonic() + 120
    while sum(process.poll() is None for process in started) > 1:
        assert time.monotonic() < end, "two go on"
        time.sleep(0.02)
    staying = [process for process in started if process.poll() is None]
    assert len(staying) == 1
    assert {process.returncode for process in started if process not in staying} == {2}
    write_policy(repository, LOW)
    while not follows(repository):
        assert time.monotonic() < end, "the one that stays does not work"
        time.sleep(0.02)
    staying[0].terminate()
    for process in started:
        process.communicate(timeout=120)
    assert staying[0].returncode == 0


@pytest.mark.slow
def test_there_is_one_watcher_a_repository(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as first:
        call = [sys.executable, "-m", "tierwise", "watch"]
        second = subprocess.run(
            call, cwd=repository, capture_output=True, text=True, timeout=120, check=False
        )
        assert second.returncode == 2
        assert f"a watcher runs here already (process {first.process.pid})" in second.stderr


@pytest.mark.slow
def test_a_lock_whose_folder_was_removed_is_taken_anew(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as first:
        shutil.rmtree(repository / ".tierwise/local")
        first.until(lambda: watcher_pid(str(repository)) == first.process.pid, "lock")
        call = [sys.executable, "-m", "tierwise", "watch", "--once"]
        second = subprocess.run(
            call, cwd=repository, capture_output=True, text=True, timeout=120, check=False
        )
        assert second.returncode == 2
        assert f"process {first.process.pid}" in second.stderr


@pytest.mark.slow
def test_a_watcher_whose_lock_was_removed_gives_way_to_one_that_came_meanwhile(
    repository: Path,
) -> None:
    synced(repository)
    with Watching(repository) as first:
        first.process.send_signal(signal.SIGSTOP)
        shutil.rmtree(repository / ".tierwise/local")
        with Watching(repository) as second:
            first.process.send_signal(signal.SIGCONT)
            assert first.process.wait(30) == 2
            assert watcher_pid(str(repository)) == second.process.pid


@pytest.mark.slow
def test_a_killed_watcher_leaves_no_stale_lock_and_nothing_half_done(repository: Path) -> None:
    synced(repository)
    for number in range(6):
        with Watching(repository) as watcher:
            write_policy(repository, (LOW, HIGH)[number % 2])
            time.sleep(0.004 * number)
            watcher.process.send_signal(signal.SIGKILL)
            watcher.process.wait()
        assert set(status(plan_sync(str(repository))).values()) <= {"stale"}
    with Watching(repository) as watcher:
        watcher.until_followed()
    assert plan_sync(str(repository)).drift == ()
