"""Runs on the state before a change: what is kept of them, and how often they are made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import base_runs
from tierwise.gates.base_runs import (
    find_base_run,
    run_base_again,
    run_on_base,
)
from tierwise.gates.runs import Run

LINES = 3000


def run_anew(home: Path, command: str, *, needs_output: bool) -> Run:
    """Run a command on the base of a change that nothing is known of but what the cache keeps."""
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        run = run_on_base(change, "tests", command, 60, needs_output=needs_output)
    assert run is not None
    return run


@pytest.mark.slow
def test_a_base_run_is_repeated_where_the_cache_kept_less_than_is_needed(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "a\n"})
    command = f"seq {LINES}; exit 1"
    first = run_anew(home, command, needs_output=False)
    cached = run_anew(home, command, needs_output=False)
    again = run_anew(home, command, needs_output=True)
    assert first.output.split() == again.output.split() == list(map(str, range(1, LINES + 1)))
    assert cached.output == "" and cached.tail == first.tail


@pytest.mark.slow
def test_a_short_base_run_is_not_repeated(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "a\n"})
    mark = tmp_path / "runs"
    command = f"echo once >> '{mark}'; echo red; exit 1"
    first = run_anew(home, command, needs_output=True)
    again = run_anew(home, command, needs_output=True)
    assert (first.output.strip(), again.tail) == ("red", "red")
    assert mark.read_text() == "once\n"


def test_a_base_run_that_cannot_be_kept_counts_all_the_same(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "a\n"})
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        full = replace(change, cache=str(home / "a.txt" / "cache"))
        run = run_on_base(full, "tests", "echo red; exit 1", 60)
    assert run is not None and run.tail == "red"


def test_a_kept_base_run_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "a\n"})
    command = "echo red; exit 1"
    kept = run_anew(home, command, needs_output=False)
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        assert find_base_run(change, "tests", "echo other") is None
        found = find_base_run(change, "tests", command)
        monkeypatch.setattr(base_runs, "read_bytes", lambda path: pytest.fail("read again"))
        assert found == run_on_base(change, "tests", command, 60) == replace(kept, output="")


@pytest.mark.parametrize(
    ("command", "seconds", "times"), [("exit 1", 60, 3), ("sleep 9", 0.1, 1), ("exit 1", -1, 0)]
)
def test_more_runs_of_the_base_share_the_seconds_that_are_left(
    tmp_path: Path, command: str, seconds: float, times: int
) -> None:
    home = make_repository(tmp_path / "home", {"a.txt": "a\n"})
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        assert len(list(run_base_again(change, command, seconds))) == times
