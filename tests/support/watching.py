"""A real ``tierwise watch`` process, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tierwise.domain.table import digest_text_file

AGENT = ".claude/agents/explorer.md"  # its file follows the light tier
LOW, HIGH = (
    "tiers: {light: {effort: low}}\n",
    "tiers: {light: {effort: high}}\n",
)  # two policies for it
PATIENCE = 120.0  # seconds; only a hang is ever so slow
PAUSE = 0.01  # seconds between two looks, so that looking takes little of the processor


class Watching:
    """Runs ``tierwise watch --json`` in a repository; ``events`` grows as it speaks."""

    def __init__(self, root: Path, *options: str, python: list[str] | None = None) -> None:
        self.root = root
        self.events: list[dict[str, Any]] = []
        call = [*(python or [sys.executable]), "-m", "tierwise", "watch", "--json", *options]
        self.process = subprocess.Popen(
            call, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Watching:
        self.wait_for("watching")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)

    def named(self, event: str) -> list[dict[str, Any]]:
        """The events of one name so far."""
        return [entry for entry in self.events if entry["event"] == event]

    def wait_for(self, event: str, count: int = 1) -> dict[str, Any]:
        """The ``count``-th event of a name, once it has come."""
        self.until(lambda: len(self.named(event)) >= count, f"event {event} number {count}")
        return self.named(event)[count - 1]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something holds; a process that has ended or a minute without it is an error."""
        end = time.monotonic() + PATIENCE
        while not condition():
            code = self.process.poll()
            if code is not None and not condition():
                raise AssertionError(
                    f"the watcher ended with {code} before {what}: {self.process.stderr.read()}"
                )  # type: ignore[union-attr]
            assert time.monotonic() < end, f"no {what}; the events were {self.events}"
            time.sleep(PAUSE)

    def until_followed(self) -> None:
        """Wait until the compiled table is that of the policy as it stands on the disk."""
        self.until(lambda: follows(self.root), "table that follows the policy")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.events.append(json.loads(line))


def follows(root: Path) -> bool:
    """Whether the compiled table was made from the policy's present content, and the run that wrote it is over."""
    try:
        table = json.loads((root / ".tierwise/table.json").read_bytes())
    except (OSError, ValueError):
        return False
    wanted = digest_text_file(os.path.join(root, "tierwise.yaml"))
    written = bool(wanted) and table["sources"]["tierwise.yaml"] == wanted
    return written and not (root / ".tierwise/local/journal.json").exists()
