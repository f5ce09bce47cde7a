"""A program on a terminal of its own: typed into, as an editor needs it, and looked at."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Terminal:
    """A context manager; the program is killed at the end.

    process     the program
    shown       what it has shown so far
    """

    def __init__(self, call: Sequence[str], folder: Path) -> None:
        import pty  # not on Windows

        self._master, slave = pty.openpty()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "TERM": "xterm",
            "HOME": str(folder),
        }
        self.shown = b""
        self.process = subprocess.Popen(
            call,
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._started = threading.Event()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        assert self._started.wait(30), "the program shows nothing"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(30)
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def _drain(self) -> None:
        try:
            while piece := os.read(self._master, 65536):
                self.shown += piece
                self._started.set()
        except OSError:
            pass  # the program has ended
