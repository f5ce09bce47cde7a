"""`tierwise schema`, whose output is long enough for a reader to leave early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_reader_that_has_gone_is_no_answer_of_no(installed: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    call = [sys.executable, "-m", "tierwise", "schema"]
    done = subprocess.run(
        call, cwd=installed, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
