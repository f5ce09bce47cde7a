"""Folders of processes that are gone are taken away; those of the living stay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tierwise import scratch


def _find_ended_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_only_what_a_dead_process_left_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / f"{scratch.scratch_prefix()}own"
    left = tmp_path / own.name.replace(str(os.getpid()), str(_find_ended_process()))
    others = tmp_path / "someone-elses-1-x"
    for folder in (own, left, others):
        (folder / "deep").mkdir(parents=True)
    scratch.sweep_scratch()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([own.name, others.name])


@pytest.mark.parametrize(("pid", "is_alive"), [(0, False), (-5, False), (1, True)])
def test_a_process_that_may_not_be_asked_counts_as_running(pid: int, is_alive: bool) -> None:
    assert scratch.is_alive(pid) is is_alive
