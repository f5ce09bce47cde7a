"""A session of Claude Code's client, played by a program that starts another one."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from tierwise.verify.client import Client, ClientFailedError, make_home

# What it starts has its standard output: whoever reads that to its end would wait for it.
CLIENT = """#!{python}
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""


def test_a_session_that_fails_ends_with_all_that_its_client_started(tmp_path: Path) -> None:
    path = tmp_path / "claude"
    path.write_text(CLIENT.format(python=sys.executable))
    path.chmod(0o755)
    client = Client("2.1.332", path)
    before = time.monotonic()
    with (
        pytest.raises(ZeroDivisionError),
        client.session(cwd=tmp_path, home=make_home(tmp_path / "home"), url=""),
    ):
        time.sleep(0.5)
        raise ZeroDivisionError
    assert time.monotonic() - before < 30  # ended, and not waited for until it has slept


def test_a_client_that_ends_before_it_is_asked_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "claude"
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(0o755)
    client = Client("2.1.332", path)
    before = set(threading.enumerate())
    with (
        pytest.raises(BrokenPipeError),
        client.session(cwd=tmp_path, home=make_home(tmp_path / "home"), url="") as session,
    ):
        with pytest.raises(ClientFailedError):
            session.wait_for("result")  # until it says no more
        for _ in range(100):  # what it read from may close a moment later
            session.send("go")
            time.sleep(0.05)
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(5)
    assert not any(thread.is_alive() for thread in left)
