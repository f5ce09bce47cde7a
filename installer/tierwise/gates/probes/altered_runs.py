"""The old and the new code of a change, run with files that differ a little."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tierwise.gates.base_runs import run_base_again, run_on_base
from tierwise.gates.following.old_files import OldFiles
from tierwise.gates.model import ChangeSet, Command, GateConfig
from tierwise.gates.reading.deciding import (
    decides,
    is_readable_test,
)
from tierwise.gates.runs import Run, run_on, run_once
from tierwise.gates.trees import build_tree, read_files

_VARYING = re.compile(
    r"0x[0-9a-fA-F]+|(?<!\d)\d+(\.\d+)? ?m?s\b|\bline \d+|:\d+(:\d+)?|/\S*/check-\d+/|duration_ms\S* \S+"
    r"|tierwise-gate-\S+?/|id_symbol\)\]: \d+|(?<=' )\(\d+\)(?= panicked)"
)
# A value, and a word, where it stands by itself.
STANDS_ALONE = r"(?<![\w.]){}(?![\w.])"
WORD_ALONE = r"(?<!\w){}(?!\w)"
Edit = Callable[[str, bytes], bytes]


class OutOfTimeError(Exception):
    """The time of the gate is over before a suspicion could be run."""


@dataclass
class AlteredRuns:
    """The old and the new code of a change under tests, or with code, that differ a little.

    What it runs besides what other gates need too takes at most the seconds of one gate, all in all.
    """

    change: ChangeSet
    config: GateConfig
    files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.old_tests = OldFiles(self.change)
        self.seconds_left = self.config.seconds

    def run_delivered(
        self,
        name: str,
        command: Command,
    ) -> Run:
        """Run a command on the change as it is."""
        return run_once(
            self.change,
            name,
            command,
            self.config.seconds,
        )

    def run_base(
        self,
        name: str,
        command: Command,
        *,
        needs_output: bool = False,
    ) -> Run | None:
        """Run a command on the state before the change; None where that cannot be."""
        seconds = self.config.seconds
        return run_on_base(
            self.change,
            name,
            command,
            seconds,
            needs_output=needs_output,
        )

    def turned_green(
        self,
        name: str,
        command: Command,
    ) -> bool:
        """Tell whether a command failed before the change and passes now."""
        base = self.run_base(name, command)
        if base is None or base.passed or not base.ran:
            return False
        return self.run_delivered(name, command).passed

    def fails_by_chance(self) -> bool:
        """Tell whether a command that failed before the change passes there at another time."""
        for name, command in self.config.commands.items():
            if not self.turned_green(name, command):
                continue
            start = time.monotonic()
            again = run_base_again(
                self.change,
                command,
                self.seconds_left,
            )
            is_chance = any(run.passed for run in again)
            self.seconds_left -= time.monotonic() - start
            if is_chance:
                return True
        return False

    def run_new(
        self,
        command: Command,
        alter: Edit,
    ) -> Run | None:
        """Run a command on the change under old tests that ``alter`` changes; None as in ``run_altered``."""
        return self.run_altered(
            command,
            self.old_tests.tree,
            alter,
        )

    def run_old(
        self,
        command: Command,
        alter: Edit,
    ) -> Run | None:
        """Run the same on the state before the change."""
        return self.run_altered(
            command,
            self.change.base_tree,
            alter,
        )

    def run_altered(
        self,
        command: Command,
        tree: str,
        alter: Edit,
    ) -> Run | None:
        """Run a command on a tree whose files ``alter`` changes.

        None where it changes nothing, or the command came to no verdict.  Raises OutOfTimeError.
        """
        files: dict[str, bytes | None] = {}
        for path, data in self.read_files(tree):
            altered = alter(path, data)
            if altered != data:
                files[path] = altered
        if not files or self.change.checkouts is None:
            return None
        if self.seconds_left <= 0:
            raise OutOfTimeError
        altered_tree = build_tree(self.change, files, tree)
        start = time.monotonic()
        with self.change.checkouts.fresh(altered_tree) as folder:
            run = run_on(
                self.change,
                command,
                folder,
                self.seconds_left,
            )
        self.seconds_left -= time.monotonic() - start
        if run.timed_out:
            raise OutOfTimeError
        if not run.ran:
            return None
        return run

    def read_files(self, tree: str) -> list[tuple[str, bytes]]:
        """Read the files that may be altered: what decides about tests, and what the change touches."""
        known = self.files.get(tree)
        if known is None:
            known = read_files(
                self.change,
                tree,
                self._may_be_altered,
            )
            self.files[tree] = known
        return known

    def _may_be_altered(self, path: str) -> bool:
        if path.endswith(".rs") or decides(path):
            return True
        return any(entry.path == path for entry in self.change.changes)

    def read_tests(
        self,
        tree: str = "",
    ) -> list[tuple[str, str]]:
        """Read path and text of the readable tests of a tree (the old ones)."""
        tests = []
        for path, data in self.read_files(tree or self.old_tests.tree):
            if is_readable_test(path):
                text = data.decode("utf-8", "surrogateescape")
                tests.append((path, text))
        return tests


def alter_tests(alter: Callable[[str, str], str]) -> Edit:
    """Make an edit of the tests' text that leaves all other files alone."""

    def edit(path: str, data: bytes) -> bytes:
        if not is_readable_test(path):
            return data
        text = data.decode("utf-8", "surrogateescape")
        return alter(path, text).encode(
            "utf-8",
            "surrogateescape",
        )

    return edit


def list_complaints(run: Run) -> list[str]:
    """List what a run printed, without what differs from run to run."""
    printed = run.output or run.tail
    steady = _VARYING.sub("#", printed)
    lines = map(str.strip, steady.splitlines())
    return list(filter(None, lines))


def replace_all(
    text: str,
    others: Mapping[str, str],
    standing: str = STANDS_ALONE,
) -> str:
    """Put others in place of some values, all at once: what takes a place is not replaced again."""
    if not others:
        return text
    longest_first = sorted(others, key=len, reverse=True)
    any_of_them = "|".join(map(re.escape, longest_first))
    found = standing.format(f"(?:{any_of_them})")

    def find_other(match: re.Match[str]) -> str:
        return others[match[0]]

    return re.sub(found, find_other, text)


def stands_in(text: str, value: str) -> bool:
    """Tell whether a value stands in a text by itself."""
    by_itself = STANDS_ALONE.format(re.escape(value))
    return re.search(by_itself, text) is not None
