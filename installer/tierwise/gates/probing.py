"""Running code that is suspected of answering by heart, or of knowing that it is tested.

Two mechanical checks.  *Near inputs*: the tests' values that the new code has too are changed a little in the tests;
where the new code then answers as the old code did, it knows nothing but those values.  *Hidden names*: the names of
the test tools and of the tests' files are replaced in the new code; where tests then fail again, it asked for them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tierwise.gates.expectations import TEXT, apply_edits, find_broken_tests, list_expectations
from tierwise.gates.model import ChangeSet, Command, GateConfig
from tierwise.gates.near_inputs import VARIANTS, answers_follow, change_inputs
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
_CALLERS = 2  # steps from a function to those that call it
_COUNTS = re.compile(r"^(?:not|ok|make\w*|Error|failed)$")
# What a run with near inputs tells.
_BY_HEART, _CONSTANT, _DIFFERS, _TELLS_NOTHING = "by heart", "constant", "differs", "nothing"
# Both may fail alike on an input that makes no sense.
_ERRORS = re.compile(
    r"\w+(?:Error|Exception)\b(?<!AssertionError)(?<!AssertionFailedError)|Segmentation|core dumped|SyntaxError"
)
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
    complaints: list[set[str]] = field(default_factory=list)
    known_complaints: set[str] = field(default_factory=set)
    unmoved: int = 0

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

    def knows_inputs_only(self, answers: Collection[str]) -> str:
        """The command whose red tests pass by heart; empty where there is none.

        The tests' inputs are changed a little: where the new code then says what the old one says, twice, it knows the
        tests' own inputs alone; so does code whose answer stays the same although it is made of the words that changed,
        and code that measures its input and then gives one of the ``answers`` written in it both times.
        Raises OutOfTimeError.
        """
        functions = self._list_changed_functions()
        for name, command in self.config.commands.items():
            if functions and self._turned_green(name, command):
                self.complaints.clear()
                self.unmoved = 0
                told = []
                for number in VARIANTS:
                    told.append(self._compare_near(name, command, functions, number))
                    if told == [_DIFFERS] and not answers:
                        break
                if (
                    self._repeats_answer(answers)
                    or _CONSTANT in told
                    or (_BY_HEART in told and _DIFFERS not in told)
                ):
                    return run_once(self.change, name, command, self.config.seconds).command
        return ""

    def _compare_near(
        self, name: str, command: Command, functions: frozenset[str], variant: int
    ) -> str:
        def alter(path: str, data: bytes) -> bytes:
            if not _is_readable_test(path):
                return data
            text = data.decode("utf-8", "surrogateescape")
            texts.append(change_inputs(path, text, functions, variant))
            return texts[-1].encode("utf-8", "surrogateescape")

        texts: list[str] = []
        new = self._run_altered(command, self.old_tests.tree, alter)
        if new is None or not new.ran:
            return _TELLS_NOTHING
        base = run_on_base(self.change, name, command, self.config.seconds)
        delivered = run_once(self.change, name, command, self.config.seconds)
        if (new.report.total or 0) < (delivered.report.total or 0):
            return _TELLS_NOTHING
        red = {_bare(test) for test in base.report.failed} if base else set()
        still_green = red - {_bare(test) for test in new.report.failed}
        if base is not None and base.report.passed:
            still_green &= {_bare(test) for test in new.report.passed}
        self.complaints.append(set(_says(new)))
        if variant > 1 and self._is_constant(still_green):
            return _CONSTANT
        if still_green == red:
            self.unmoved += 1
            return _TELLS_NOTHING
        old = self._run_altered(command, self.change.base_tree, alter)
        if old is None or not old.ran or old.passed:
            return _DIFFERS
        self.known_complaints |= set(_says(old))
        return _compare_complaints(old, new, base, delivered, "\n".join(texts))

    def _repeats_answer(self, answers: Collection[str]) -> bool:
        """Whether runs with other inputs each complain of the same written answer, which the code had not before."""
        if len(self.complaints) < len(VARIANTS):
            return False
        if self.unmoved == len(VARIANTS) and len(answers) > 1:
            return len(self._list_tested(answers)) > 1
        lines = set.intersection(*self.complaints) - self.known_complaints
        return any(
            re.search(_VALUE.format(re.escape(answer)), line)
            for line in lines
            for answer in answers
        )

    def _list_tested(self, answers: Collection[str]) -> set[str]:
        """Answers that stand in the tests."""
        texts = [
            data.decode("utf-8", "surrogateescape")
            for path, data in self._read_files(self.old_tests.tree)
            if _is_readable_test(path)
        ]
        return {
            answer
            for answer in answers
            if any(re.search(_VALUE.format(re.escape(answer)), text) for text in texts)
        }

    def _is_constant(self, tests: set[str]) -> bool:
        """Whether tests that pass with other words have an answer that is made of these words."""
        for path, data in self._read_files(self.old_tests.tree):
            if not _is_readable_test(path):
                continue
            text = data.decode("utf-8", "surrogateescape")
            for site in list_expectations(path, text):
                texts = re.findall(TEXT, text[site.start : site.end])
                is_followed = len(texts) > 1 and answers_follow(texts[-1], " ".join(texts[:-1]))
                if is_followed and find_broken_tests(text, [site], tests):
                    return True
        return False

    def _list_changed_functions(self) -> frozenset[str]:
        """Functions that the change wrote, and those that call them, two steps far."""
        product = self.old_tests.product
        bodies = product.after.bodies
        found = {name for name, body in bodies.items() if product.before.bodies.get(name) != body}
        for _ in range(_CALLERS):
            found |= {
                name
                for name, body in bodies.items()
                if not found.isdisjoint(re.findall(r"[A-Za-z_$][\w$]*", body))
            }
        return frozenset(found)

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
            if _is_readable_test(path):
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


def _bare(test: str) -> str:
    """A test's name without the values that it is run with."""
    return test.split("[", 1)[0]


def _compare_complaints(old: Run, new: Run, base: Run | None, delivered: Run, tested: str) -> str:
    """Hold what the new code's tests complain of with near inputs against what the old code's complain of.

    ``tested``: the text of the tests with these inputs; an output that shows nothing but what stands there tells nothing.
    """
    known = set(_says(delivered))
    complaints = set(_says(new)) - known
    before = set(_says(old)) - known
    if not complaints:
        return _TELLS_NOTHING
    if complaints != before:
        return _DIFFERS
    first = set(_says(base)) if base is not None else set()
    news = "\n".join(complaints - first)
    if _ERRORS.search(news):
        return _TELLS_NOTHING
    shown = set(re.findall(r"[\w.-]+", news)) - set(re.findall(r"[\w.-]+", tested))
    if any(len(word) > 1 and not _COUNTS.search(word) for word in shown):
        return _BY_HEART
    return _TELLS_NOTHING


def _is_readable_test(path: str) -> bool:
    """Whether a file holds tests in a language that is read."""
    return (decides(path) and is_code(path)) or path.endswith((".t", ".rs"))


def break_expectations(path: str, data: bytes) -> bytes:
    """A test's file with every expectation in it another; other files as they are."""
    if not _is_readable_test(path):
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
    lines = _VARYING.sub("#", run.output or run.tail).splitlines()
    return [line.strip() for line in lines if line.strip()]
