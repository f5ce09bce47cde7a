"""An attempt that runs in circles is told from its stream; one that works is not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.cascade.model import StallLimits
from tierwise.cascade.stall import StallWatch


@pytest.fixture
def watch(tmp_path: Path) -> StallWatch:
    home = make_repository(tmp_path / "home", {"a.txt": "one\n", ".gitignore": "cache/\n"})
    return StallWatch(StallLimits(), str(home), max_usd=1.0, started=0.0)


def edit(watch: StallWatch, content: str, now: float = 1.0) -> str:
    path = Path(watch.folder) / "a.txt"
    first = watch.see_call("e", "Edit", {"file_path": str(path)})
    path.write_text(content)
    return first or watch.see_result("e", False, "ok", now)


def run(watch: StallWatch, output: str, failed: bool = True) -> str:
    first = watch.see_call("b", "Bash", {"command": "pytest -q"})
    return first or watch.see_result("b", failed, output, 1.0)


def test_one_file_read_for_ever_is_a_stall(watch: StallWatch) -> None:
    reads = [watch.see_call(str(n), "Read", {"file_path": "a.txt"}) for n in range(5)]
    assert reads[:4] == [""] * 4
    assert "looked at the same thing 5 times" in reads[4]


def test_the_same_command_failing_the_same_way_is_a_stall(watch: StallWatch) -> None:
    assert [run(watch, f"1 failed in {n}.2s") for n in range(2)] == ["", ""]
    assert "failed 3 times in the same way" in run(watch, "1 failed in 9.1s")


def test_edit_and_test_with_other_failures_is_work(watch: StallWatch) -> None:
    found = [edit(watch, f"{n}\n") or run(watch, f"failed: case {chr(97 + n)}") for n in range(6)]
    assert found == [""] * 6


def test_a_file_that_comes_back_to_an_earlier_content_twice_is_a_stall(watch: StallWatch) -> None:
    found = [edit(watch, text) for text in ("two\n", "one\n", "two\n")]
    assert found[:2] == ["", ""]
    assert "came back to an earlier content 2 times" in found[2]


def test_money_and_minutes_without_an_edit_are_a_stall(watch: StallWatch) -> None:
    assert watch.see_spend(0.4) == ""
    assert edit(watch, "two\n", now=500.0) == ""
    assert watch.see_spend(0.9) == ""
    assert "without a new edit" in watch.see_spend(0.91)
    assert watch.see_time(1099.0) == ""
    assert "no new edit in 10 minutes" in watch.see_time(1101.0)


def test_a_file_that_is_written_as_it_was_is_no_new_edit(watch: StallWatch) -> None:
    assert edit(watch, "two\n", now=10.0) == ""
    watch.see_spend(0.4)
    assert edit(watch, "two\n", now=500.0) == ""
    assert "without a new edit" in watch.see_spend(0.51)
    assert "no new edit in 10 minutes" in watch.see_time(611.0)


def run_command(watch: StallWatch, command: str, now: float) -> str:
    """Have the attempt run a command in its folder."""
    watch.see_spend(0.5)
    watch.see_call("b", "Bash", {"command": command})
    subprocess.run(command, shell=True, cwd=watch.folder, check=True)
    return watch.see_result("b", False, "", now)


@pytest.mark.parametrize(
    "command",
    [
        "echo two > a.txt",
        "rm a.txt",
        "echo new > b.txt",
        "mkdir -p deep/down && echo new > deep/down/b.txt",
    ],
)
def test_a_command_that_changes_files_counts_as_an_edit(command: str, watch: StallWatch) -> None:
    assert run_command(watch, command, 5.0) == ""
    assert (watch.last_edit, watch.spent_at_edit) == (5.0, 0.5)


def test_so_does_one_that_changes_a_changed_file_again(watch: StallWatch) -> None:
    for now in (5.0, 6.0):
        run_command(watch, "echo more >> a.txt; echo more >> b.txt", now)
        assert watch.last_edit == now


@pytest.mark.parametrize(
    "command", ["true", "mkdir -p cache && date > cache/runs", "git stash list"]
)
def test_a_command_that_writes_only_what_is_ignored_is_no_edit(
    command: str, watch: StallWatch
) -> None:
    run_command(watch, command, 500.0)
    assert (watch.last_edit, watch.spent_at_edit) == (0.0, 0.0)
    assert "no new edit in 10 minutes" in watch.see_time(601.0)


@pytest.mark.slow
def test_an_edit_is_seen_in_a_repository_of_any_size(tmp_path: Path) -> None:
    many = {f"{n // 1000:02}/{n}.txt": "one\n" for n in range(20_500)}
    home = make_repository(tmp_path / "home", many)
    watch = StallWatch(StallLimits(), str(home), max_usd=1.0, started=0.0)
    for number, path in enumerate(("00/0.txt", "20/20499.txt"), 1):
        run_command(watch, f"echo two > {path}", number)
        assert watch.last_edit == number


def test_what_the_attempt_sets_in_its_own_repository_does_not_run(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "one\n"})
    git(home, "clone", "-q", "--bare", ".", str(tmp_path / "own.git"))
    index = tmp_path / "own.git/index"
    own = {
        "GIT_DIR": str(tmp_path / "own.git"),
        "GIT_WORK_TREE": str(home),
        "GIT_INDEX_FILE": str(index),
    }
    shutil.copy2(home / ".git/index", index)
    watch = StallWatch(StallLimits(), str(home), max_usd=1.0, started=0.0, git=own)
    git(home, "config", "core.fsmonitor", f"touch {tmp_path}/ran; false")
    run_command(watch, "echo two > a.txt", 5.0)
    assert watch.last_edit == 5.0 and not (tmp_path / "ran").exists()
