"""A run that is told to end, or killed: nothing of it runs on, nothing of it lies about, and its money is known."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    command,
    is_alive,
    ledger_rows,
    make_project,
    no_worktrees_left,
    run,
    run_environment,
    tree_of,
    wait_for,
)
from tests.support.repository import git
from tests.support.scripted_client import ScriptedClient, Step, writing_file

from tierwise.cascade import records
from tierwise.cascade.context import load_context
from tierwise.cascade.flow import carry_out
from tierwise.cascade.model import Say
from tierwise.cascade.plan import RunRequest
from tierwise.scratch import number_space

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
FIX = writing_file("app.py", MENDED)
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Path]:
    """A file in which a client's command leaves its process id; that process is ended with the test."""
    path = tmp_path / "started"
    yield path
    if path.exists() and is_alive(int(path.read_text())):
        os.kill(int(path.read_text()), signal.SIGKILL)


def staying(started: Path) -> str:
    """A command that leaves its group, and would go on for minutes."""
    return f"setsid sh -c 'echo $$ > {started}; sleep 300'"


def begin(project: Path, home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(TASK, "--json", *arguments),
        cwd=project,
        env=run_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ends_soon(started: Path) -> bool:
    for _ in range(100):
        if not is_alive(int(started.read_text())):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_an_attempt_ends_with_all_that_it_started_and_its_work_is_kept(
    tmp_path: Path, home: Path, started: Path, number: signal.Signals
) -> None:
    client = ScriptedClient(
        tmp_path / "client", opus=Step(shell=f"{FIX}\n{staying(started)}", calls=({"name": "Bash", "input": {}},))
    )  # fmt: skip
    project = make_project(tmp_path / "project", client.path)
    process = begin(project, home, "--from", "frontier")
    wait_for(started)
    process.send_signal(number)
    record = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, record["stop"]) == (130, "interrupted")
    assert ends_soon(started) and no_worktrees_left(project, home)
    assert "return a + b" in (project / record["patch"]).read_text()
    assert record["attempts"][0]["cost_usd"] == record["cost_usd"] > 0
    assert [row["stop"] for row in ledger_rows(project) if row["row"] == "attempt"] == [
        "interrupted"
    ]


@pytest.mark.slow
def test_a_signal_while_the_folders_are_made_leaves_nothing(tmp_path: Path, home: Path) -> None:
    """A filter makes git slow at it; the signal goes to tierwise alone."""
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=FIX))
    project = make_project(tmp_path / "project", client.path)
    (project / ".gitattributes").write_text("app.py filter=slow\n")
    git(project, "config", "filter.slow.smudge", f"echo 1 > {tmp_path}/began; sleep 1; cat")
    git(project, "config", "filter.slow.clean", "cat")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "chore: filter")
    before = tree_of(project), git(project, "for-each-ref")
    process = begin(project, home)
    wait_for(tmp_path / "began")
    process.send_signal(signal.SIGTERM)
    record = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, record["stop"]) == (130, "interrupted")
    assert no_worktrees_left(project, home) and client.calls == []
    assert (tree_of(project), git(project, "for-each-ref")) == before
    assert run(TASK, "--from", "frontier", cwd=project, home=home).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--plan", "--gate=judge"])
def test_a_question_ends_with_the_run_and_its_money_is_counted(
    tmp_path: Path, home: Path, started: Path, option: str
) -> None:
    asked = Step(shell=staying(started), calls=({"name": "Bash", "input": {}},))
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=FIX), question=asked)
    project = make_project(tmp_path / "project", client.path)
    process = begin(project, home, "--from", "frontier", option)
    wait_for(started)
    process.send_signal(signal.SIGTERM)
    record = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, record["stop"]) == (130, "interrupted")
    assert ends_soon(started) and no_worktrees_left(project, home)
    assert [name for name in os.listdir(home) if name.startswith("tierwise-")] == []
    paid = [row["cost_usd"] for row in ledger_rows(project) if row["row"] in ("plan", "attempt")]
    assert record["cost_usd"] == pytest.approx(sum(paid))
    attempts = 0.01 * len(record["attempts"])  # as the client says
    assert sum(paid) > attempts


@pytest.mark.slow
def test_what_a_killed_run_started_is_ended_by_the_next(
    tmp_path: Path, home: Path, started: Path
) -> None:
    stuck = Step(shell=f"{FIX}\n{staying(started)}")
    client = ScriptedClient(tmp_path / "client", opus=[stuck, Step(shell=FIX)])
    project = make_project(tmp_path / "project", client.path)
    process = begin(project, home, "--from", "frontier")
    wait_for(started)
    process.kill()
    process.communicate()
    assert is_alive(int(started.read_text()))
    assert run(TASK, "--from", "frontier", cwd=project, home=home).code == 0
    assert ends_soon(started) and no_worktrees_left(project, home)
    assert not is_alive(client.calls[0].pid)


def test_a_run_of_another_container_is_left_alone_for_two_days(tmp_path: Path) -> None:
    root = str(tmp_path)
    here = records.blank("20260101-000000-00000", "old")
    elsewhere = records.blank("20260101-000000-00001", "elsewhere")
    long_ago = records.blank("20260101-000000-00002", "long ago")
    for record in (here, elsewhere, long_ago):
        record["pid"] = 2**22 + 1
    elsewhere["number_space"] = long_ago["number_space"] = f"{number_space()}7"
    long_ago["started"] = "2026-01-01T00:00:00.000Z"
    for record in (here, elsewhere, long_ago):
        records.save(root, record)
    assert records.sweep(root) == [here["run"], long_ago["run"]]


def test_a_record_takes_no_folder_away_that_is_not_its_runs(tmp_path: Path) -> None:
    root, mine = str(tmp_path), tmp_path / "tierwise-mine"
    mine.mkdir()
    record = records.blank("20260101-000000-00000", "task")
    record["pid"] = 2**22 + 1
    record["folders"] = [str(mine), str(tmp_path)]
    records.save(root, record)
    assert records.sweep(root) == [record["run"]]
    assert mine.exists()


@pytest.mark.slow
def test_a_signal_after_the_delivery_takes_nothing_of_it_back(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=FIX))
    project = make_project(tmp_path / "project", client.path)

    @contextmanager
    def following() -> Iterator[Say]:
        yield lambda line: None
        raise KeyboardInterrupt

    request = RunRequest(task=TASK, start="frontier")
    record = carry_out(request, following(), load_context(str(project)))
    assert (record["accepted"], record["stop"]) == (True, "accepted")
    assert [row["stop"] for row in ledger_rows(project) if row["row"] == "run"] == ["accepted"]


DROPPING = """
import os, signal, sys, time
from tierwise.cascade.signals import stop_on_signals

class Callback:
    def __del__(self):
        os.kill(os.getpid(), {number})
        time.sleep(0)

stop_on_signals()
try:
    Callback()
    time.sleep(20)
except KeyboardInterrupt:
    sys.exit(3)
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_a_run_though_python_dropped_its_exception(number: signal.Signals) -> None:
    program = DROPPING.format(number=int(number))
    call = [sys.executable, "-c", program]
    done = subprocess.run(call, capture_output=True, check=False, timeout=15)
    assert (done.returncode, done.stderr) == (3, b"")
