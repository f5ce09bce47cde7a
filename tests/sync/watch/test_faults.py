"""What can happen to a watched repository's folders, disk and file events."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import snapshot, status, synced, write_policy
from tests.support.repository import git, make_repository
from tests.support.watching import AGENT, HIGH, LOW, Watching

from tierwise.sync.repository import plan_sync

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


def test_a_policy_that_goes_and_comes_back(repository: Path) -> None:
    synced(repository)
    agent = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        (repository / "tierwise.yaml").unlink()
        watcher.wait_for("gone")
        assert (repository / AGENT).read_bytes() == agent
        write_policy(repository, LOW)
        watcher.until_followed()


def test_an_output_replaced_by_a_link_out_of_the_repository_is_not_written_through(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository)
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"theirs\n")
    with Watching(repository) as watcher:
        (repository / AGENT).unlink()
        (repository / AGENT).symlink_to(outside)
        watcher.wait_for("drift")
        write_policy(repository, LOW)
        watcher.until_followed()
    assert outside.read_bytes() == b"theirs\n"


def test_an_output_replaced_by_a_folder_is_left(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        (repository / AGENT).unlink()
        (repository / AGENT).mkdir()
        watcher.wait_for("drift")
        write_policy(repository, LOW)
        watcher.until_followed()
    assert (repository / AGENT).is_dir()


def test_a_disk_that_refuses_is_said_once_and_tried_again(repository: Path) -> None:
    """A file where the staging folder belongs stands for a full disk: nothing can be staged, as root too."""
    synced(repository)
    staged = repository / ".tierwise/local/staged"
    before = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        staged.write_bytes(b"in the way")
        write_policy(repository, LOW)
        watcher.wait_for("failed")
        time.sleep(1.5)
        assert len(watcher.named("failed")) == 1
        assert (repository / AGENT).read_bytes() == before
        staged.unlink()
        watcher.until_followed()
    assert status(plan_sync(str(repository))) == {}


def fill(path: Path) -> None:
    """Write until nothing more fits, down to the last page."""
    with path.open("wb", buffering=0) as handle:
        try:
            while True:
                handle.write(b"x" * 4096)
        except OSError:
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small file system of its own")
def test_a_full_disk_is_said_once_changes_nothing_and_is_got_over(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", small], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        root = make_repository(small / "repository")
        synced(root)
        before = snapshot(root / ".claude")
        with Watching(root) as watcher:
            (small / "next.yaml").write_text(f"version: 1\n{LOW}")
            fill(small / "filler")
            (small / "next.yaml").replace(root / "tierwise.yaml")
            assert "No space left on device" in watcher.wait_for("failed")["message"]
            assert snapshot(root / ".claude") == before
            (small / "filler").unlink()
            watcher.until_followed()
            assert len(watcher.named("failed")) == 1
        assert status(plan_sync(str(root))) == {}
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_an_output_folder_that_cannot_be_written_is_said_and_got_over(repository: Path) -> None:
    """For root no mode is an obstacle; the immutable mark is, where the file system has it."""
    synced(repository)
    folder = repository / ".claude/agents"
    if os.geteuid() == 0:
        marked = (
            subprocess.run(["chattr", "+i", folder], capture_output=True, check=False).returncode
            == 0
        )
        if not marked:
            pytest.skip("runs as root, and this file system has no immutable mark")
    else:
        folder.chmod(0o555)
    before = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        try:
            write_policy(repository, LOW)
            watcher.wait_for("failed")
            assert (repository / AGENT).read_bytes() == before
        finally:
            if os.geteuid() == 0:
                subprocess.run(["chattr", "-i", folder], check=True)
            else:
                folder.chmod(0o755)
        watcher.until_followed()
    assert status(plan_sync(str(repository))) == {}


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
