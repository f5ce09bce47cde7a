"""Readers that go, full disks and closed streams: an exit code and a line, no complaint of the interpreter's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cascade import PACKAGE
from tests.support.policies import write_policy
from tests.support.repository import git_environment


def call(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which ``$t`` is the command line."""
    environment = git_environment() | {"PYTHONPATH": str(PACKAGE)}
    start = f't="{sys.executable} -m tierwise"; {line}'
    return subprocess.run(
        ["sh", "-c", start],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def drifted(repository: Path) -> Path:
    """A repository of whose policy nothing is written yet."""
    write_policy(repository)
    return repository


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_goes_is_no_fault(drifted: Path, reader: str) -> None:
    assert call(drifted, f"$t diff | {reader}").stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_named(drifted: Path) -> None:
    done = call(drifted, "$t check > /dev/full")
    assert done.returncode == 4
    assert done.stderr.startswith("tierwise: No space left on device\n  Make room")
    assert "Exception" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("line", "code"), [("$t check >&-", 1), ("$t bogus 2>&-", 2)])
def test_a_closed_stream_changes_no_answer(drifted: Path, line: str, code: int) -> None:
    done = call(drifted, line)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
