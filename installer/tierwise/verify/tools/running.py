"""The clients that run: all of them are ended at once when their caller stops."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tierwise.processes import kill_group


class RunningClients:
    """The clients of one proof; a context manager that ends them.

    After :meth:`end_all` none of them runs, and none starts any more: whoever waits for a run waits no longer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_over = False

    def __enter__(self) -> RunningClients:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_all()

    def start(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes] | None:
        """Start a client in a process group of its own, with the pipes that are asked for; None after the end."""
        with self._lock:
            if self._is_over:
                return None
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            self._running.append(process)
            return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Take out a client that has ended."""
        with self._lock:
            self._running.remove(process)

    def end_all(self) -> None:
        """End every client with all that it started."""
        with self._lock:
            self._is_over = True
            for process in self._running:
                kill_group(process)
