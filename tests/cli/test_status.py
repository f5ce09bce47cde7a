"""`tierwise status`, and what it has in common with the commands that write."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy

from tierwise.claude_hooks.limits import note_limits

REFERENCE = Path(__file__).parents[2] / "docs" / "cli.md"
HOUR = 3600
DAY = 24 * HOUR


@pytest.mark.slow
def test_every_command_works_from_a_subfolder(installed: Path) -> None:
    below = installed / "src" / "deep"
    below.mkdir(parents=True)
    for command in (["check"], ["status"], ["diff"], ["sync"], ["policy", "show"], ["estimate"]):
        done = tierwise(below, *command)
        assert done.returncode == 0, (command, done.stderr)
    assert list(below.iterdir()) == []


def test_without_a_policy_nothing_is_said_of_a_watcher(repository: Path) -> None:
    done = tierwise(repository, "status")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.slow
def test_a_file_that_stays_yours_is_in_sync(repository: Path) -> None:
    command = repository / ".claude/commands/plan.md"
    command.parent.mkdir(parents=True)
    command.write_text("mine\n")
    assert tierwise(repository, "install").returncode == 0
    told = tierwise(repository, "status").stdout.splitlines()[0]
    assert told == f"{repository}: 40 of 40 files in sync"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["status", "status --all", "check"])
def test_the_way_out_of_drift_is_said_once(installed: Path, command: str) -> None:
    write_policy(installed, "routes: {docs: mid}\n")
    done = tierwise(installed, *command.split())
    assert done.stderr == "`tierwise sync` writes what differs.\n"
    assert "tierwise sync" not in done.stdout


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


def test_it_says_when_a_subscriptions_limits_are_reached(installed: Path) -> None:
    now = time.time()
    told = {"five_hour": (60.0, now + 3 * HOUR), "seven_day": (30.0, now + 2 * DAY)}
    note_limits(str(installed), told)
    lines = tierwise(installed, "status").stdout.splitlines()
    (short,) = [line for line in lines if line.startswith("five-hour limit: 60 % used, resets ")]
    assert short.endswith(" at this pace") and ", reached at " in short
    (week,) = [line for line in lines if line.startswith("weekly limit: 30 % used, resets ")]
    assert "pace" not in week  # 30 % in five days
    limits = json.loads(tierwise(installed, "status", "--json").stdout)["limits"]
    in_80_minutes = now + 80 * 60  # 40 % are left, 30 % an hour are used
    assert limits["five_hour"]["full_at"] == pytest.approx(in_80_minutes, abs=60)
    assert limits["seven_day"]["full_at"] == 0


def test_its_json_has_the_keys_that_the_reference_shows(installed: Path) -> None:
    note_limits(str(installed), {"five_hour": (60.0, time.time() + HOUR)})
    _, _, section = REFERENCE.read_text().partition("### `status`")
    _, _, block = section.partition("```json\n")
    shown = json.loads(block.partition("```")[0])
    told = json.loads(tierwise(installed, "status", "--json").stdout)
    assert list(told) == list(shown)
    assert list(told["watcher"]) == list(shown["watcher"])
    assert list(told["limits"]["five_hour"]) == list(shown["limits"]["five_hour"])
