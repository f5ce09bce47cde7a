"""Reading much shows a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
from tierwise.cli import reading
with reading._show_progress() as tell:
    if tell:
        tell(1 << 20, {total})
        tell({total}, {total})
print("done")
"""


@pytest.mark.slow
@pytest.mark.parametrize(("total", "shown"), [(1 << 30, True), (1 << 20, False)])
def test_a_terminal_sees_a_bar_where_there_is_much_to_read(total: int, shown: bool) -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    ours, theirs = pty.openpty()
    call = [sys.executable, "-c", PROGRAM.format(total=total)]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    done = subprocess.run(call, stdout=subprocess.PIPE, stderr=theirs, env=env, check=True)
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 4096):
            seen += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert done.stdout == b"done\n"
    assert (b"reading transcripts" in seen) is shown


def test_a_pipe_sees_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(total=1 << 30)], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"done\n", b"")
