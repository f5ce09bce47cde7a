"""A part of the fuzz of tests/support/fuzz.py: damaged input fails no hook and shows no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.repository import git_environment

ROOT = Path(__file__).parents[2]
SOME = ("60", "30", "36")  # hook inputs, tables, damaged files


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="each call is a process that is forked")
def test_damaged_input_fails_no_hook_and_shows_no_traceback() -> None:
    call = [sys.executable, "-m", "tests.support.fuzz", *SOME, "7"]
    done = subprocess.run(call, cwd=ROOT, env=git_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "faults=0" in done.stdout.splitlines()[-1]
