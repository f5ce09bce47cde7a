"""Every way in which an editor saves a file is noticed, 100 times each, none missed."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.policies import synced
from tests.support.repository import git, git_environment
from tests.support.terminal import Terminal
from tests.support.watching import Watching

pytestmark = pytest.mark.slow

SAVES = 100


def text(number: int) -> str:
    return f"version: 1\n# save {number}\ntiers: {{light: {{effort: {('low', 'high')[number % 2]}}}}}\n"


def in_place(path: Path, number: int) -> None:
    path.write_text(text(number))


def truncated_then_written(path: Path, number: int) -> None:
    with path.open("w") as handle:
        handle.flush()
        os.fsync(handle.fileno())
        for line in text(number).splitlines(keepends=True):
            handle.write(line)
            handle.flush()


def by_rename(path: Path, number: int) -> None:
    new = path.with_suffix(".new")
    new.write_text(text(number))
    new.replace(path)


def by_backup_and_rename(path: Path, number: int) -> None:
    """As vim does with 'backupcopy=no': the old file moves away, a new one is written."""
    path.replace(path.with_suffix(".yaml~"))
    path.write_text(text(number))
    path.with_suffix(".yaml~").unlink()


def with_an_old_time(path: Path, number: int) -> None:
    """As a clock that was set back, or an unpacked archive: the new file looks older than the last."""
    path.write_text(text(number))
    os.utime(path, (1_000_000_000 - number, 1_000_000_000 - number))


def holds(path: Path, number: int) -> bool:
    return f"# save {number}\n".encode() in path.read_bytes()


def by_sed(path: Path, number: int) -> None:
    subprocess.run(
        ["sed", "-i", f"s/^# save .*/# save {number}/", path.name], cwd=path.parent, check=True
    )


WAYS = [in_place, truncated_then_written, by_rename, by_backup_and_rename, with_an_old_time]


@pytest.mark.parametrize("save", WAYS, ids=lambda way: way.__name__)
def test_no_save_is_missed(repository: Path, save: Callable[[Path, int], None]) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        for number in range(SAVES):
            save(repository / "tierwise.yaml", number)
            watcher.until_followed()
        assert watcher.named("failed") == []


@pytest.mark.skipif(sys.platform != "linux", reason="sed -i takes other arguments on macOS")
def test_no_save_by_sed_is_missed(repository: Path) -> None:
    synced(repository, "# save -\n")
    with Watching(repository) as watcher:
        for number in range(SAVES):
            by_sed(repository / "tierwise.yaml", number)
            watcher.until_followed()


def test_no_save_by_vim_is_missed(repository: Path) -> None:
    vim = shutil.which("vim") or shutil.which("vi")
    if vim is None:
        pytest.skip("vim is not installed")
    synced(repository, "# save -\n")
    with Watching(repository) as watcher:
        for number in range(SAVES):
            keys = [f"+%s/^# save .*/# save {number}/", "+wq"]
            call = [vim, "-u", "NONE", "-N", "-es", *keys, "tierwise.yaml"]
            subprocess.run(
                call, cwd=repository, check=True, stdin=subprocess.DEVNULL, capture_output=True
            )
            watcher.until_followed()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals of this kind")
def test_no_save_by_nano_is_missed(repository: Path) -> None:
    """One nano that stays open, as a person keeps it: delete the second line, type a new one, save."""
    nano = shutil.which("nano")
    if nano is None:
        pytest.skip("nano is not installed")
    synced(repository, "# save -\n")
    with (
        Watching(repository) as watcher,
        Terminal([nano, "-I", "tierwise.yaml"], repository) as terminal,
    ):
        for number in range(SAVES):
            terminal.type(
                f"\x1b\\\x0e\x0b# save {number}\r\x13"
            )  # second line: cut it, type another; save
            watcher.until(functools.partial(holds, repository / "tierwise.yaml", number), "save")
            watcher.until_followed()


def test_no_save_through_a_link_is_missed(repository: Path, tmp_path: Path) -> None:
    synced(repository)
    shared = tmp_path / "shared" / "policy.yaml"
    shared.parent.mkdir()
    (repository / "tierwise.yaml").replace(shared)
    (repository / "tierwise.yaml").symlink_to(shared)
    with Watching(repository) as watcher:
        for number in range(SAVES):
            (in_place, by_rename)[number % 2](shared, number)
            watcher.until_followed()
    assert (repository / "tierwise.yaml").is_symlink()


def test_no_checkout_is_missed(repository: Path) -> None:
    synced(repository)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "chore: one")
    git(repository, "switch", "-qc", "other")
    synced(repository, "tiers: {light: {effort: high}}\n")
    git(repository, "commit", "-qam", "chore: two")
    with Watching(repository) as watcher:
        for number in range(SAVES):
            call = ["git", "switch", "-q", ("main", "other")[number % 2]]
            subprocess.run(call, cwd=repository, env=git_environment(), check=True)
            watcher.until_followed()
            time.sleep(0.02)  # nobody switches branches faster
        assert git(repository, "status", "--porcelain") == ""


def test_500_saves_in_a_burst_end_in_the_last_one(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        for number in range(500):
            in_place(repository / "tierwise.yaml", number)
        watcher.until_followed()
        assert len(watcher.named("synced")) < 250  # a burst is not a run a save
