"""A process whose memory is measured, and that is ended where it does not end by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support import warm

MEGABYTES = 300.0
_WAIT_SECONDS = 120  # until a process is ended: no measure of speed, it takes a second or two
_KILOBYTES = 1024
_MEASURE = """
import json, os, sys
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
took = os.waitstatus_to_exitcode(status), used.ru_maxrss
with open(sys.argv[1], "w") as figures:
    json.dump(took, figures)
"""


@dataclass(frozen=True)
class Measured:
    """How a process ended and what it took, its children included."""

    code: int
    said: bytes
    megabytes: float


def run_measured(
    call: list[str], folder: Path, environment: dict[str, str], data: bytes = b"{}"
) -> Measured:
    """Run a program to its end; one that takes no end fails by the time limit.

    A process that is started counts the memory of who started it until its own program begins, so a small
    interpreter stands between the test run and the program.
    """
    call = ["timeout", "-k", "1", str(_WAIT_SECONDS), *call]
    with tempfile.TemporaryFile() as said, tempfile.NamedTemporaryFile() as figures:
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", _MEASURE, figures.name, *call],
            cwd=folder,
            env=environment,
            input=data,
            stdout=said,
            stderr=said,
            check=True,
        )
        said.seek(0)
        code, kilobytes = json.loads(figures.read())
        return Measured(code, said.read(), kilobytes / _KILOBYTES)


def measure_tierwise(arguments: list[str], folder: Path, environment: dict[str, str]) -> Measured:
    """Run the ``tierwise`` command to its end, in a process that need not start where there is one."""
    if not warm.FORKS:
        program = str(Path(sys.executable).parent / "tierwise")
        return run_measured([program, *arguments], folder, environment)
    done = warm.fork_tierwise(arguments, folder, environment, b"{}")
    return Measured(done.code, done.said + done.complained, done.megabytes)
