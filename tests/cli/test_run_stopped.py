"""`tierwise run` with the real client, stopped by a person or killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    client_of,
    command,
    is_alive,
    no_worktrees_left,
    run,
    run_environment,
    tree_of,
    wait_for,
    worktree_of,
    writing,
)
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.turns import read, write

from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, use

pytestmark = pytest.mark.client


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ctrl_c_and_sigterm_leave_nothing_half_applied(
    project: Path, home: Path, api: Loopback, number: signal.Signals
) -> None:
    started = project.parent / "started"

    def answer(request: Request) -> ScriptedTurn:
        started.write_text(str(client_of(worktree_of(request))))
        return say("never").but(delay=20)

    api.main = answer
    before = tree_of(project), git(project, "for-each-ref")
    process = subprocess.Popen(
        command(TASK, "--json", "--apply"), cwd=project, env=run_environment(home, api.url), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    wait_for(started)
    process.send_signal(number)
    output = process.communicate(timeout=120)[0]

    assert process.returncode == 130
    assert json.loads(output)["stop"] == "interrupted"
    assert (tree_of(project), git(project, "for-each-ref")) == before
    assert no_worktrees_left(project, home)
    assert not is_alive(int(started.read_text()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_delivery_that_has_begun_is_carried_through(
    project: Path, home: Path, api: Loopback, number: signal.Signals
) -> None:
    # The filter makes git slow at writing the files, so that the signal arrives in the middle of it.
    (project / ".gitattributes").write_text("*.py filter=slow\n")
    # The attempts' and the gates' folders are checked out through it too: only the user's own counts.
    slow = f"if [ $PWD = {project} ]; then touch {project.parent}/began; sleep 0.5; fi; cat"
    git(project, "config", "filter.slow.smudge", slow)
    git(project, "config", "filter.slow.clean", "cat")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "chore: filter")

    def answer(request: Request) -> ScriptedTurn | None:
        place = worktree_of(request)
        steps = [
            read(place / "app.py"),
            write(place / "app.py", MENDED),
            write(place / "zed.py", "Z = 1\n"),
        ]
        (project.parent / "began").unlink(missing_ok=True)
        return use(steps[request.turn]) if request.turn < len(steps) else say("Done.")

    api.main = answer
    process = subprocess.Popen(
        command(TASK, "--json", "--apply"), cwd=project, env=run_environment(home, api.url), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while not (len(api.requests) >= 4 and (project.parent / "began").exists()):
        assert process.poll() is None, "the run ended too early"
        time.sleep(0.02)
    os.killpg(process.pid, number)  # as a terminal does: to git too
    record = json.loads(process.communicate(timeout=120)[0])

    assert (process.returncode, record["applied"]) == (0, True)
    assert ((project / "app.py").read_text(), (project / "zed.py").read_text()) == (
        MENDED,
        "Z = 1\n",
    )
    assert no_worktrees_left(project, home)


def test_what_a_killed_run_left_is_swept_by_the_next(
    project: Path, home: Path, api: Loopback
) -> None:
    started = project.parent / "started"

    def answer(request: Request) -> ScriptedTurn | None:
        if not started.exists():
            started.write_text(str(client_of(worktree_of(request))))
            return say("never").but(delay=2)
        return writing(MENDED)(request)

    api.main = answer
    process = subprocess.Popen(
        command(TASK), cwd=project, env=run_environment(home, api.url), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(started)
    process.kill()
    process.wait()
    os.kill(int(started.read_text()), signal.SIGKILL)

    assert run(TASK, cwd=project, home=home, url=api.url).code == 0
    assert no_worktrees_left(project, home)
    records = [
        json.loads(path.read_text())
        for path in sorted((project / ".tierwise/local/runs").glob("*.json"))
    ]
    assert [record["stop"] for record in records] == ["killed", "accepted"]
