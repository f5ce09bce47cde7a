"""What can happen to a watched repository's folders, disk and file events."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import snapshot, status, synced, write_policy
from tests.support.repository import make_repository
from tests.support.watching import AGENT, LOW, Watching

from tierwise.sync.repository import plan_sync

pytestmark = pytest.mark.slow


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
