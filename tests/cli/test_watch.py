"""`tierwise watch --once` and the service text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.policies import synced, write_policy
from tests.support.watching import LOW

from tierwise.sync.repository import plan_sync

pytestmark = pytest.mark.slow


def test_once_syncs_and_ends(repository: Path) -> None:
    synced(repository)
    write_policy(repository, LOW)
    call = [sys.executable, "-m", "tierwise", "watch", "--once", "--json"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["synced"]
    assert plan_sync(str(repository)).drift == ()


@pytest.mark.parametrize(
    "way", ["while git holds its index", "while an editor has emptied the policy"]
)
def test_once_waits_for_who_is_at_work(repository: Path, way: str) -> None:
    synced(repository)
    write_policy(repository, LOW)
    if "git" in way:
        (repository / ".git/index.lock").touch()  # held for two seconds, then taken for left behind
    else:
        (repository / "tierwise.yaml").write_bytes(b"")
    call = [sys.executable, "-m", "tierwise", "watch", "--once"]
    subprocess.run(call, cwd=repository, check=True)
    assert plan_sync(str(repository)).drift == ()


def test_the_service_text_names_this_repository_and_interpreter(repository: Path) -> None:
    call = [sys.executable, "-m", "tierwise", "watch", "--print-service"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=True)
    assert os.path.realpath(repository) in done.stdout
    assert sys.executable in done.stdout


def test_once_with_a_broken_policy_exits_2(repository: Path) -> None:
    synced(repository)
    write_policy(repository, "mode: [")
    call = [sys.executable, "-m", "tierwise", "watch", "--once"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "the last valid files stay" in done.stderr
