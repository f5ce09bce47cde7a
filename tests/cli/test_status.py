"""`tierwise status`, and what it has in common with the commands that write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy


@pytest.mark.slow
def test_every_command_works_from_a_subfolder(installed: Path) -> None:
    below = installed / "src" / "deep"
    below.mkdir(parents=True)
    for command in (["check"], ["status"], ["diff"], ["sync"], ["policy", "show"], ["estimate"]):
        done = tierwise(below, *command)
        assert done.returncode == 0, (command, done.stderr)
    assert list(below.iterdir()) == []


@pytest.mark.slow
def test_a_bad_policy_is_exit_code_two_with_the_place(installed: Path) -> None:
    write_policy(installed, "mode: hybird\n")
    for command in ("check", "sync", "status", "diff"):
        done = tierwise(installed, command)
        assert done.returncode == 2
        assert 'tierwise.yaml:2:1: mode: found "hybird"' in done.stderr


def test_in_a_folder_that_is_gone_the_error_says_so(tmp_path: Path) -> None:
    script = f"rmdir {tmp_path}/gone && exec {sys.executable} -m tierwise status"
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", script], cwd=gone, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        4,
        "tierwise: the current folder is gone",
    )
