"""A process whose time and memory are measured: seconds of the processor, so that a loaded machine does not count."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CPU_SECONDS = 10.0
MEGABYTES = 300.0
_WAIT_SECONDS = 120  # until a process that waits for something is ended
_KILOBYTES = 1024


@dataclass(frozen=True)
class Measured:
    """How a process ended and what it took, its children included."""

    code: int
    said: bytes
    cpu_seconds: float
    megabytes: float


def run_measured(
    call: list[str], folder: Path, environment: dict[str, str], data: bytes = b"{}"
) -> Measured:
    """Run a program to its end; one that takes no end fails by the time limit."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        call = ["timeout", "-k", "1", str(_WAIT_SECONDS), *call]
        process = subprocess.Popen(
            call, cwd=folder, env=environment, stdin=given, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Measured(
            process.returncode,
            said.read(),
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / _KILOBYTES,
        )
