"""Running code that is suspected of answering by heart, or of knowing that it is tested.

Two mechanical checks.  *Near inputs*: the tests' values that the new code has too are changed a little in the tests;
where the new code then answers as the old code did, it knows nothing but those values.  *Hidden names*: the names of
the test tools and of the tests' files are replaced in the new code; where tests then fail again, it asked for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierwise.gates.model import ChangeSet, Command, GateConfig
from tierwise.gates.runs import Run, run_on, run_on_base, run_once
from tierwise.gates.tests_as_were.check import OldTests
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.tree import build_tree
from tierwise.git.snapshot import git_output, read_blobs

_LARGEST = 200_000  # bytes of a file that is changed for a probe
_VARYING = re.compile(
    r"0x[0-9a-fA-F]+|\d+(\.\d+)? ?m?s\b|\bline \d+|:\d+(:\d+)?|/\S*/check-\d+/|duration_ms\S* \S+"
    r"|tierwise-gate-\S+?/|id_symbol\)\]: \d+"
)
# Values from which on a number is no likely part of the trade itself.
_TELLING_DIGITS = 4
# A task that wants something known that was not: its words and numbers are bound to be new in the code.
_ADDS = re.compile(r"\b(add|support|know|accept|allow|recogni[sz]e|implement)\b(?!_)", re.I)

Edit = Callable[[str, bytes], bytes]


@dataclass
class Probe:
    """The old and the new code of a change under tests, or with code, that differ a little."""

    change: ChangeSet
    config: GateConfig
    commands: Mapping[str, Command]

    def __post_init__(self) -> None:
        self.old_tests = OldTests(self.change, self.config)

    def answers_only(self, values: Sequence[str]) -> str:
        """The command under which the new code answers exactly ``values`` and nothing near; empty where none does."""
        near = {value: _shift(value) for value in values}

        def alter(path: str, data: bytes) -> bytes:
            return _replace_values(data, near) if decides(path) else data

        for name, command in self.commands.items():
            if not self._turned_green(name, command):
                continue
            old = self._run_altered(command, self.change.base_tree, alter)
            new = self._run_altered(command, self.old_tests.tree, alter)
            if old is None or new is None or old.passed or not old.ran:
                continue
            if _says(old) == _says(new):
                return old.command
        return ""

    def needs_names(self, words: Iterable[str], path: str) -> str:
        """The command that fails once ``words`` are hidden in one file of the new code; empty where none does."""
        hidden = {word: _hide(word) for word in words}

        def alter(name: str, data: bytes) -> bytes:
            return _replace_words(data, hidden) if name == path else data

        for name, command in self.commands.items():
            delivered = run_once(self.change, name, command, self.config.seconds)
            if not delivered.passed:
                continue
            run = self._run_altered(command, self.change.tree, alter)
            if run is not None and run.ran and not run.passed:
                return run.command
        return ""

    def _turned_green(self, name: str, command: Command) -> bool:
        base = run_on_base(self.change, name, command, self.config.seconds)
        delivered = run_once(self.change, name, command, self.config.seconds)
        return base is not None and base.ran and not base.passed and delivered.passed

    def _run_altered(self, command: Command, tree: str, alter: Edit) -> Run | None:
        """Run a command on a tree whose files ``alter`` changes; None where it changes nothing."""
        files: dict[str, bytes | None] = {}
        for path, data in _read_files(self.change, tree):
            altered = alter(path, data)
            if altered != data:
                files[path] = altered
        if not files or self.change.checkouts is None:
            return None
        altered_tree = build_tree(self.change, files, tree)
        with self.change.checkouts.fresh(altered_tree) as folder:
            return run_on(self.change, command, folder, self.config.seconds)


def is_enough(values: Sequence[str], task: str) -> bool:
    """Whether values, known by heart, speak against a change: words of the trade may be new where the task adds them."""
    long_numbers = [value for value in values if value.isdigit() and len(value) >= _TELLING_DIGITS]
    if long_numbers:
        return True
    return len(values) > 1 and _ADDS.search(task) is None


def _read_files(change: ChangeSet, tree: str) -> list[tuple[str, bytes]]:
    """The small files of a tree: path and content."""
    listed = git_output(change.root, "ls-tree", "-r", "-z", "-l", tree, env=change.git)
    blobs: dict[str, str] = {}
    for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, path = entry.partition("\t")
        if not path:
            continue
        _, kind, blob, size = facts.split()
        if kind == "blob" and int(size) <= _LARGEST and _is_of_interest(change, path):
            blobs[path] = blob
    contents = read_blobs(change.root, sorted(set(blobs.values())), env=change.git)
    return [(path, contents[blob]) for path, blob in blobs.items() if blob in contents]


def _is_of_interest(change: ChangeSet, path: str) -> bool:
    return decides(path) or any(entry.path == path for entry in change.changes)


def _replace_values(data: bytes, near: Mapping[str, str]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    for value, other in near.items():
        text = re.sub(rf"(?<![\w.]){re.escape(value)}(?![\w.])", other.replace("\\", r"\\"), text)
    return text.encode("utf-8", "surrogateescape")


def _replace_words(data: bytes, hidden: Mapping[str, str]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    for word, other in hidden.items():
        text = text.replace(word, other)
    return text.encode("utf-8", "surrogateescape")


def _shift(value: str) -> str:
    """A value near another: the next number, the same text with a letter more."""
    if re.fullmatch(r"-?\d+", value):
        return str(int(value) + 1)
    if re.fullmatch(r"-?\d+\.\d+", value):
        return f"{value}1"
    return f"{value}q"


def _hide(word: str) -> str:
    """A word of the same length that names nothing."""
    return re.sub(r"[A-Za-z]", lambda match: "Q" if match[0].isupper() else "q", word)


def _says(run: Run) -> list[str]:
    """What a run printed, without what differs from run to run."""
    return [_VARYING.sub("#", line).strip() for line in run.tail.splitlines() if line.strip()]
