"""A program on a screen of its own, which can be read: tmux does it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

COLUMNS = 110
ROWS = 27
LIMIT = 60.0  # seconds for something to be shown


class Screen:
    """A context manager; the program is ended with its server of tmux."""

    def __init__(
        self, call: Sequence[str], folder: Path, env: Mapping[str, str], socket: Path
    ) -> None:
        self._tmux = ["tmux", "-S", str(socket)]
        values = [f"{name}={value}" for name, value in env.items()]
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        start = ["new-session", "-d", *size, "-c", str(folder), "env", "-i", *values, *call]
        self._run(start)

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(["kill-server"])

    def say(self, words: str) -> None:
        """Type words and press Enter."""
        self._run(["send-keys", "-l", words])
        time.sleep(0.5)  # a burst with Enter in it is taken for a paste
        self._run(["send-keys", "Enter"])

    def read(self) -> str:
        """Return what is on the screen."""
        return self._run(["capture-pane", "-p"])

    def read_styled(self) -> str:
        """Return what is on the screen with its escape codes of colour and weight."""
        return self._run(["capture-pane", "-p", "-e"])

    def wait_for(self, words: str) -> str:
        """Return the screen once it shows the words.  Raises AssertionError after a minute."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            shown = self.read()
            if words in shown:
                return shown
            time.sleep(0.2)
        raise AssertionError(f"{words!r} never appeared:\n{self.read()}")

    def wait_without(self, words: str) -> None:
        """Return once the screen no longer shows the words.  Raises AssertionError after a minute."""
        end = time.monotonic() + LIMIT
        while words in self.read():
            assert time.monotonic() < end, f"{words!r} never went:\n{self.read()}"
            time.sleep(0.2)

    def _run(self, arguments: Sequence[str]) -> str:
        done = subprocess.run([*self._tmux, *arguments], capture_output=True, text=True)
        return done.stdout
