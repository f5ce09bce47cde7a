"""Folders that come and go while they are watched, and systems without file events."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import synced, write_policy
from tests.support.repository import git
from tests.support.watching import AGENT, HIGH, LOW, Watching

pytestmark = pytest.mark.slow


def test_folders_that_are_removed_and_made_again_are_watched_again(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        for effort in (LOW, HIGH, LOW):
            shutil.move(repository, tmp_path / "away")
            time.sleep(0.05)
            shutil.move(tmp_path / "away", repository)
            write_policy(repository, effort)
            watcher.until_followed()
        assert watcher.process.poll() is None
        shutil.rmtree(repository / ".claude")
        watcher.wait_for("drift")
        synced(repository, LOW)
        (repository / AGENT).write_bytes(b"mine\n")
        watcher.until(
            lambda: watcher.events[-1].get("files") == [{"path": AGENT, "status": "edited"}],
            "drift again",
        )


def test_folders_that_a_branch_switch_removes_and_makes_again_are_watched_again(
    repository: Path,
) -> None:
    git(repository, "branch", "bare")
    synced(repository, LOW)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "chore: policy")
    with Watching(repository) as watcher:
        for effort in (HIGH, LOW, HIGH):
            git(repository, "switch", "-q", "bare")
            watcher.until(
                lambda: not (repository / ".claude/agents").exists(), "folder that is gone"
            )
            git(repository, "switch", "-q", "main")
            write_policy(repository, effort)
            watcher.until_followed()
            git(repository, "commit", "-qam", "chore: edit", "--allow-empty")
        (repository / AGENT).write_bytes(b"mine\n")
        watcher.until(
            lambda: {"path": AGENT, "status": "edited"} in watcher.events[-1].get("files", []),
            "drift",
        )


def test_without_file_events_it_polls_and_says_why(repository: Path) -> None:
    synced(repository)
    with Watching(repository, "--poll") as watcher:
        assert watcher.named("polling")[0]["reason"] == "asked for"
        write_policy(repository, LOW)
        watcher.until_followed()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_used_up_watchers_are_named_with_the_setting_and_it_polls(repository: Path) -> None:
    synced(repository)
    script = (
        "import runpy, sys; from watchdog.observers.api import BaseObserver\n"
        "def schedule(*_, **__): raise OSError(28, 'inotify watch limit reached')\n"
        "BaseObserver.schedule = schedule; sys.argv = ['tierwise', 'watch', '--json']\n"
        "runpy.run_module('tierwise', run_name='__main__')"
    )
    with Watching(repository, python=[sys.executable, "-c", script]) as watcher:
        assert "fs.inotify.max_user_watches" in watcher.wait_for("polling")["reason"]
        write_policy(repository, LOW)
        watcher.until_followed()
