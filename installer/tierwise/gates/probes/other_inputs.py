"""The tests' inputs changed a little, whatever the new code looks like: does it answer them otherwise than the old code?"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    alter_tests,
    list_complaints,
    stands_in,
)
from tierwise.gates.probes.assertions import TEXT
from tierwise.gates.probes.broken_tests import find_broken_tests
from tierwise.gates.probes.expectations import list_expectations
from tierwise.gates.probes.inputs import (
    VARIANTS,
    answers_follow,
    change_inputs,
)
from tierwise.gates.reading.definitions import add_callers
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reports import strip_case
from tierwise.gates.runs import Run

# Both may fail alike on an input that makes no sense.
_ERRORS = re.compile(
    r"\w+(?:Error|Exception)\b(?<!AssertionError)(?<!AssertionFailedError)|Segmentation|core dumped"
)
_SHOWN = re.compile(r"[\w.-]+")
_NO_ANSWERS = re.compile(r"not|ok|make\w*|Error|failed|.")
# What a run with other inputs tells of the new code.
Told = Literal["by heart", "constant", "differs", "nothing"]


def find_command_by_inputs(
    runs: AlteredRuns,
    answers: Collection[str],
) -> str:
    """Find the command whose red tests pass by heart; empty where there is none.

    Where the new code says of other inputs what the old one says, each time, it knows the tests' own inputs alone.  So
    does code whose answer stays the same although it is made of the words that changed, and code that measures its
    input and then gives one of the ``answers`` written in it each time.  Raises OutOfTimeError.
    """
    functions = _list_changed_functions(runs)
    for name, command in runs.config.commands.items():
        if functions and runs.turned_green(name, command):
            probe = _InputProbe(runs, name, command, functions)
            if probe.knows_inputs_only(answers):
                return runs.run_delivered(name, command).command
    return ""


@dataclass
class _InputProbe:
    """One command under other inputs.

    ``complaints``: what the new code's tests print, input by input; ``known``: what the old code's print; ``unmoved``:
    how often all red tests stayed green.
    """

    runs: AlteredRuns
    name: str
    command: Command
    functions: frozenset[str]
    complaints: list[set[str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    unmoved: int = 0

    def knows_inputs_only(
        self,
        answers: Collection[str],
    ) -> bool:
        told: list[Told] = []
        for variant in VARIANTS:
            told.append(self._try_inputs(variant))
            if told == ["differs"] and not answers:
                return False
        if "constant" in told or self._repeats_answer(answers):
            return True
        return "by heart" in told and "differs" not in told

    def _try_inputs(self, variant: int) -> Told:
        texts: list[str] = []

        def alter(path: str, text: str) -> str:
            texts.append(change_inputs(path, text, self.functions, variant, self._is_kept))
            return texts[-1]

        edit = alter_tests(alter)
        new = self.runs.run_new(self.command, edit)
        delivered = self.runs.run_delivered(
            self.name,
            self.command,
        )
        if new is None:
            return "nothing"
        ran = new.report.total or 0
        if ran < (delivered.report.total or 0):
            return "nothing"
        red = self._list_red_tests()
        green = self._list_green_again(red, new)
        self.complaints.append(set(list_complaints(new)))
        if variant > 1 and self._has_answers_that_follow(green):
            return "constant"
        if green == red:
            self.unmoved += 1
            return "nothing"
        old = self.runs.run_old(self.command, edit)
        if old is None or old.passed:
            return "differs"
        self.known.update(list_complaints(old))
        return self._compare_complaints(
            old,
            new,
            "\n".join(texts),
        )

    def _is_kept(self, word: str) -> bool:
        """Tell whether the task states a word, and the new code has not just written it down."""
        if word in self.runs.old_tests.product.new_words:
            return False
        return mentions(self.runs.change.task, word)

    def _list_red_tests(self) -> set[str]:
        """List tests that failed before the change; empty where they have no names."""
        base = self.runs.run_base(self.name, self.command)
        if base is None:
            return set()
        return {strip_case(test) for test in base.report.failed}

    def _list_green_again(
        self,
        red: set[str],
        new: Run,
    ) -> set[str]:
        green = red - {strip_case(test) for test in new.report.failed}
        base = self.runs.run_base(self.name, self.command)
        if base is not None and base.report.passed:
            green &= {strip_case(test) for test in new.report.passed}
        return green

    def _has_answers_that_follow(self, tests: set[str]) -> bool:
        """Tell whether tests that pass with other words have an answer that is made of these words."""
        for path, text in self.runs.read_tests():
            for site in list_expectations(path, text):
                texts = re.findall(
                    TEXT,
                    text[site.start : site.end],
                )
                given, answer = texts[:-1], texts[-1:]
                is_made_of_words = answers_follow(answer, given)
                if is_made_of_words and find_broken_tests(text, [site], tests):
                    return True
        return False

    def _repeats_answer(self, answers: Collection[str]) -> bool:
        """Tell whether other inputs get the same written answers each time, which the code had not before."""
        if len(self.complaints) < len(VARIANTS):
            return False
        if self.unmoved == len(VARIANTS):
            tests = "\n".join(text for _, text in self.runs.read_tests())
            tested = {answer for answer in answers if stands_in(tests, answer)}
            return len(tested) > 1
        lines = set.intersection(*self.complaints) - self.known
        return any(stands_in(line, answer) for line in lines for answer in answers)

    def _compare_complaints(
        self,
        old: Run,
        new: Run,
        tested: str,
    ) -> Told:
        """Hold what the new code's tests complain of against what the old code's complain of.

        ``tested``: the text of the tests; an output that shows nothing but what stands there tells nothing.
        """
        delivered = self.runs.run_delivered(
            self.name,
            self.command,
        )
        base = self.runs.run_base(
            self.name,
            self.command,
            needs_output=True,
        )
        passing = set(list_complaints(delivered))
        complaints = set(list_complaints(new)) - passing
        if not complaints:
            return "nothing"
        if complaints != set(list_complaints(old)) - passing:
            return "differs"
        news_lines = complaints
        if base is not None:
            news_lines = complaints.difference(list_complaints(base))
        news = "\n".join(news_lines)
        if not _ERRORS.search(news) and _shows_answers(news, tested):
            return "by heart"
        return "nothing"


def _list_changed_functions(runs: AlteredRuns) -> frozenset[str]:
    """List functions that the change wrote, and those that call them, two steps far."""
    product = runs.old_tests.product
    bodies = product.after.bodies
    old_bodies = product.before.bodies
    found = [name for name, body in bodies.items() if old_bodies.get(name) != body]
    return add_callers(found, bodies)


def _shows_answers(complaints: str, tested: str) -> bool:
    """Tell whether complaints show a value that does not stand in the tests: what the code answered."""
    shown = set(_SHOWN.findall(complaints))
    shown.difference_update(_SHOWN.findall(tested))
    return not all(map(_NO_ANSWERS.fullmatch, shown))
