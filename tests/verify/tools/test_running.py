"""The clients of a proof end together."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tierwise.processes import end_group
from tierwise.verify.tools.running import RunningClients
from tierwise.verify.tools.session import Stage, run_session

SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]


def test_all_that_run_are_ended_and_none_starts_any_more(tmp_path: Path) -> None:
    clients = RunningClients()
    gone, *running = [clients.start(SLEEP, tmp_path, {}) for _ in range(3)]
    assert gone is not None
    clients.forget(gone)
    clients.end_all()
    assert gone.poll() is None
    end_group(gone)
    assert [process.wait(30) for process in running if process] == [-9, -9]
    assert clients.start(SLEEP, tmp_path, {}) is None


def test_whoever_waits_for_a_client_waits_no_longer_than_the_proof(tmp_path: Path) -> None:
    with RunningClients() as clients:
        process = clients.start(SLEEP, tmp_path, {})
    assert process is not None
    assert process.wait(30) == -9


def test_a_session_after_the_end_is_none(tmp_path: Path) -> None:
    stage = Stage(tmp_path, tmp_path, "/usr/bin")
    stage.clients.end_all()
    before = time.monotonic()
    run_session(SLEEP, stage, {})
    assert time.monotonic() - before < 30  # not started, so not waited for until it has slept
