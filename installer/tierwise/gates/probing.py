"""Running code that is suspected of answering by heart, or of knowing that it is tested.

Two mechanical checks.  *Near inputs*: the tests' values that the new code has too are changed a little in the tests;
where the new code then answers as the old code did, it knows nothing but those values.  *Hidden names*: the names of
the test tools and of the tests' files are replaced in the new code; where tests then fail again, it asked for them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tierwise.gates.expectations import apply_edits, find_broken_tests, list_expectations
from tierwise.gates.model import ChangeSet, Command, GateConfig
from tierwise.gates.runs import Run, run_on, run_on_base, run_once
from tierwise.gates.special_cases import Block, adds_something
from tierwise.gates.tests_as_were.check import OldTests
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.definitions import list_definitions
from tierwise.gates.tests_intact.paths import is_code
from tierwise.gates.trees import build_tree, read_files

# A value, and a word, where they stand by themselves.
_VALUE = r"(?<![\w.]){}(?![\w.])"
_WORD = r"(?<!\w){}(?!\w)"
_VARYING = re.compile(
    r"0x[0-9a-fA-F]+|\d+(\.\d+)? ?m?s\b|\bline \d+|:\d+(:\d+)?|/\S*/check-\d+/|duration_ms\S* \S+"
    r"|tierwise-gate-\S+?/|id_symbol\)\]: \d+"
)
# Values from which on a number is no likely part of the trade itself.
_TELLING_DIGITS = 4
_LISTED = 4  # names shown
Edit = Callable[[str, bytes], bytes]


class OutOfTimeError(Exception):
    """The time of the gate is over before a suspicion could be run."""


@dataclass
class Probe:
    """The old and the new code of a change under tests, or with code, that differ a little.

    What it runs besides what other gates need too takes at most the seconds of one gate, all in all.
    """

    change: ChangeSet
    config: GateConfig
    files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.old_tests = OldTests(self.change, self.config)
        self.seconds_left = self.config.seconds

    def answers_only(self, values: Sequence[str]) -> str:
        """The command under which the new code answers exactly ``values`` and nothing near; empty where none does.

        Raises OutOfTimeError.
        """
        near = {value: _shift(value) for value in values}

        def alter(path: str, data: bytes) -> bytes:
            return _replace_values(data, near) if decides(path) else data

        for name, command in self.config.commands.items():
            if not self._turned_green(name, command):
                continue
            old = self._run_altered(command, self.change.base_tree, alter)
            new = self._run_altered(command, self.old_tests.tree, alter)
            if old is None or new is None or old.passed or not old.ran:
                continue
            if _says(old) == _says(new):
                return old.command
        return ""

    def needs_names(self, words: Iterable[str], block: Block) -> str:
        """The command that fails once ``words`` are hidden in a block of the new code; empty where none does.

        Names that the file defines itself are its own, and stay.  Raises OutOfTimeError.
        """
        own = self._list_own_names(block.path)
        hidden = {word: _hide(word) for word in words if word not in own}

        def alter(path: str, data: bytes) -> bytes:
            return hide_in_block(data, block, hidden) if path == block.path else data

        for name, command in self.config.commands.items():
            delivered = run_once(self.change, name, command, self.config.seconds)
            if not delivered.passed:
                continue
            run = self._run_altered(command, self.change.tree, alter)
            if run is not None and run.ran and not run.passed:
                return run.command
        return ""

    def passes_whatever(self) -> str:
        """What passes under tests that all expect something else, in words; empty where they fail as they should.

        A test counts only where the code before the change fails it then.  Raises OutOfTimeError.
        """
        for name, command in self.config.commands.items():
            if not run_once(self.change, name, command, self.config.seconds).passed:
                continue
            run = self._run_altered(command, self.old_tests.tree, break_expectations)
            if run is None or not run.ran:
                continue
            kept = self._list_blind_tests(run)
            if not kept and not run.passed:
                continue
            control = self._run_altered(command, self.change.base_tree, break_expectations)
            if control is None or not control.ran or control.passed:
                continue
            blind = sorted(kept - control.report.passed)
            base = run_on_base(self.change, name, command, self.config.seconds)
            if blind:
                return f"`{run.command}`: {', '.join(blind[:_LISTED])}"
            if run.passed and base is not None and (base.passed or _says(base) != _says(control)):
                return f"`{run.command}`"
        return ""

    def _list_blind_tests(self, run: Run) -> set[str]:
        """Tests that pass although what they expect was changed."""
        found: set[str] = set()
        for path, data in self._read_files(self.old_tests.tree):
            if is_code(path) or path.endswith(".t"):
                text = data.decode("utf-8", "surrogateescape")
                sites = list_expectations(path, text)
                found |= find_broken_tests(text, sites, run.report.passed)
        return found

    def _list_own_names(self, path: str) -> set[str]:
        """What a file of the new code defines."""
        for entry in self.change.changes:
            if entry.path == path and entry.after is not None:
                return {found.name for found in list_definitions(path, entry.after)}
        return set()

    def _turned_green(self, name: str, command: Command) -> bool:
        base = run_on_base(self.change, name, command, self.config.seconds)
        if base is None or base.passed or not base.ran:
            return False
        return run_once(self.change, name, command, self.config.seconds).passed

    def _run_altered(self, command: Command, tree: str, alter: Edit) -> Run | None:
        """Run a command on a tree whose files ``alter`` changes; None where it changes nothing."""
        files: dict[str, bytes | None] = {}
        for path, data in self._read_files(tree):
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
            run = run_on(self.change, command, folder, self.seconds_left)
        self.seconds_left -= time.monotonic() - start
        if run.timed_out:
            raise OutOfTimeError
        return run

    def _read_files(self, tree: str) -> list[tuple[str, bytes]]:
        """The files that may be altered: those that decide about tests, and those that the change touches."""
        if tree not in self.files:
            changed = {entry.path for entry in self.change.changes}
            self.files[tree] = read_files(
                self.change,
                tree,
                lambda path: decides(path) or path in changed or path.endswith(".rs"),
            )
        return self.files[tree]


def break_expectations(path: str, data: bytes) -> bytes:
    """A test's file with every expectation in it another; other files as they are."""
    if not (decides(path) or path.endswith(".rs")) or not (is_code(path) or path.endswith(".t")):
        return data
    text = data.decode("utf-8", "surrogateescape")
    broken = apply_edits(text, list_expectations(path, text))
    return broken.encode("utf-8", "surrogateescape")


def is_enough(values: Sequence[str], task: str) -> bool:
    """Whether values, known by heart, speak against a change: words of the trade may be new where the task adds them."""
    numbers = [value for value in values if value.isdigit()]
    if any(len(number) >= _TELLING_DIGITS for number in numbers):
        return True
    return len(values) > 1 and not adds_something(task)


def _replace_values(data: bytes, near: Mapping[str, str]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return _replace(text, near, _VALUE).encode("utf-8", "surrogateescape")


def hide_in_block(data: bytes, block: Block, hidden: Mapping[str, str]) -> bytes:
    """A file whose lines from ``block`` have other words in place of the ``hidden`` ones."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    start = block.line - 1
    end = start + len(block.text.splitlines())
    lines[start:end] = [_replace(line, hidden, _WORD) for line in lines[start:end]]
    return "".join(lines).encode("utf-8", "surrogateescape")


def _replace(text: str, others: Mapping[str, str], pattern: str) -> str:
    for word, other in others.items():
        found = pattern.format(re.escape(word))
        text = re.sub(found, other.replace("\\", r"\\"), text)
    return text


def _shift(value: str) -> str:
    """A value near another: the next number, the same text with a letter more."""
    if re.fullmatch(r"-?\d+", value):
        return str(int(value) + 1)
    if re.fullmatch(r"-?\d+\.\d+", value):
        return f"{value}1"
    return f"{value}q"


def _hide(word: str) -> str:
    """A word of the same length that names nothing."""
    return re.sub("[a-z]", "q", re.sub("[A-Z]", "Q", word))


def _says(run: Run) -> list[str]:
    """What a run printed, without what differs from run to run."""
    lines = _VARYING.sub("#", run.tail).splitlines()
    return [line.strip() for line in lines if line.strip()]
