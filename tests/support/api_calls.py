"""One answer by the Messages API, and what tests of it wait for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.cascade import run

ASK = "Summarise the change as one sentence"


def ask(project: Path, home: Path, url: str, *more: str) -> Any:
    """Ask for one answer by the Messages API."""
    return run(ASK, "--engine", "api", "--kind", "summary", *more, cwd=project, home=home, url=url)


def until(happened: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for something that a running process does; a process that has ended will not do it."""
    while not happened():
        assert process.poll() is None, "the run ended too early"
        time.sleep(0.02)
