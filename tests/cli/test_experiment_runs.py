"""`tierwise experiment` with the real client against a scripted API: one tier mends it, the other does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    by_model,
    run_environment,
    tree_of,
    writing,
)
from tests.support.history import make_history
from tests.support.repository import git
from tests.support.stand_in import Loopback

pytestmark = pytest.mark.client

WRONG = "def add(a, b):\n    return a * b\n"


def test_a_pair_is_run_judged_by_the_gates_and_kept(
    project: Path, tmp_path: Path, home: Path, api: Loopback
) -> None:
    tasks = tmp_path / "tasks.txt"
    tasks.write_text(f"{TASK}\n")
    api.main = by_model(haiku=writing(WRONG), sonnet=writing(MENDED))
    before = tree_of(project)
    call = [sys.executable, "-m", "tierwise", "experiment", "light", "mid", "--json"]
    limits = ["--tasks", str(tasks), "--max-usd", "4"]

    for _ in range(2):  # the second call finds the pair and runs nothing
        done = subprocess.run(
            [*call, *limits], cwd=project, env=run_environment(home, api.url),
            capture_output=True, text=True, timeout=170, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert (said["stop"], said["added"], said["pairs"]) == ("tasks-done", 1, 1)
        assert said["cheaper_usd"] > 0
        calls = len(api.requests)
    assert len(api.requests) == calls
    assert tree_of(project) == before


def test_a_commit_of_the_history_is_done_again_and_judged_by_its_own_tests(
    project: Path, home: Path, api: Loopback
) -> None:
    make_history(project)
    api.main = by_model(haiku=writing(WRONG), sonnet=writing(MENDED))
    before = (tree_of(project), git(project, "branch", "--list"))
    call = [sys.executable, "-m", "tierwise", "experiment", "light", "mid", "--json"]
    done = subprocess.run(
        [*call, "--from", "history", "--max-usd", "4"], cwd=project, env=run_environment(home, api.url),
        capture_output=True, text=True, timeout=170, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["stop"], said["tasks"], said["added"]) == ("tasks-done", 1, 1)
    assert any("let add() add its numbers" in request.text for request in api.requests)
    assert (tree_of(project), git(project, "branch", "--list")) == before
