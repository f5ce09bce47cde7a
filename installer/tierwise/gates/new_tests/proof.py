"""Whether the tests that a change brings tell its product from one that does not do it, or does something else."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from tierwise.gates.model import ChangeSet, Command
from tierwise.gates.new_tests.broken_functions import (
    Broken,
    BrokenFunctions,
    reaches_out,
    read_functions,
)
from tierwise.gates.new_tests.changed_tests import (
    ChangedTests,
    read_changed_tests,
)
from tierwise.gates.new_tests.faults import (
    count_unnoticed,
    find_missed,
    find_missed_answer,
)
from tierwise.gates.new_tests.proving import (
    is_about_tests,
    list_new_tests,
    speaks_of_tests,
    wants_new_behaviour,
    wants_proof,
    wants_speed,
)
from tierwise.gates.new_tests.stand_ins import list_stand_ins
from tierwise.gates.new_tests.unchanged import (
    leaves_product_alone,
    only_adds,
    wants_other_behaviour,
)
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.function_bodies import Function
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.wording import REMOVES
from tierwise.gates.runs import Run, run_on
from tierwise.gates.trees import build_tree
from tierwise.git.snapshot import TreeChange

_LISTED = 6  # names shown
# How long a run may take: times of the usual run, and seconds besides.
_PATIENCE = 4
_START = 10.0
_MOST_NAMED = 3  # functions that are broken one by one
_LEAST_WAYS = 2  # in which functions are broken before a test counts as blind
_UNCHANGED = "the product stays as it was"


@dataclass
class _Noticing:
    """What the changed tests notice of broken functions.

    ``blind``: those that noticed nothing so far; ``ways``: in which functions were broken; ``is_any``: whether any
    test failed for it.
    """

    blind: set[str]
    ways: int = 0
    is_any: bool = False

    def is_enough(self, following: Broken) -> bool:
        """Tell whether the next way could tell nothing new: all noticed, or only errors are left."""
        if self.is_any:
            return not self.blind
        return following.is_error


@dataclass
class NewTestsProof:
    """What the tests of a change say of its product as it was, and of its functions broken.

    ``base`` and ``delivered``: the command's runs before the change and now; ``end``: when the time of the gate is
    over, on the monotonic clock.  What there is no time for is held against nothing.
    """

    change: ChangeSet
    command: Command
    base: Run | None
    delivered: Run
    end: float

    @cached_property
    def tests(self) -> ChangedTests:
        """The tests that the change touches."""
        return read_changed_tests(self.change.changes)

    def describe_lack(self) -> str:
        """Say why tests prove nothing of what the task wants; empty where they do, or none is wanted."""
        task = self.change.task
        if leaves_product_alone(self.change.changes):
            return self._describe_unchanged()
        told = self._describe_sameness()
        if told or wants_speed(task):
            return told
        if not (wants_new_behaviour(task) or wants_proof(task)):
            return ""
        if self._was_green and self._passes_without():
            return "they pass without the change to the product too"
        if not self.tests.has_any:
            return ""
        return self._describe_blindness(read_functions(self.change.changes))

    def _describe_unchanged(self) -> str:
        """Say why tests alone are not what is wanted, or less than there was."""
        if self._was_green and _wants_more_than_tests(self.change.task):
            return _UNCHANGED
        if not self._was_green or REMOVES.search(self.change.task):
            return ""
        missed = self.find_missed(self.change.base_tree)
        return (
            f"the tests as they were notice a fault, and these do not: {missed}" if missed else ""
        )

    def find_missed(self, old_tree: str) -> str:
        """Find a fault in the product that old tests notice and the change's do not; empty for none.

        ``old_tree``: the old tests, on the product as it is.
        """
        missed = find_missed_answer(self.change, old_tree, self._run)
        return missed or find_missed(self.change, old_tree, self._run)

    def _describe_sameness(self) -> str:
        """Say whether slow code stands as it was."""
        if wants_speed(self.change.task) and only_adds(self.change.changes):
            return "the slow code stands as it was, beside what is new"
        return ""

    def _describe_blindness(
        self,
        functions: BrokenFunctions,
    ) -> str:
        """Say what tests miss where functions of the change are broken; empty where they notice all."""
        return (
            self._describe_unnoticed(functions)
            or self._describe_hidden(functions)
            or self._describe_untested(functions)
            or self._describe_unnoticed_faults()
        )

    def _describe_unnoticed_faults(self) -> str:
        """Say how many small faults in the changed lines no test notices, where none is noticed."""
        faults = count_unnoticed(self.change, self._run)
        return (
            f"no test notices any of {faults} small faults in the changed lines" if faults else ""
        )

    @property
    def _was_green(self) -> bool:
        return self.base is not None and self.base.passed

    def _passes_without(self) -> bool:
        """Tell whether the tests as delivered pass on the product as it was."""
        if not (self.tests.has_any or wants_proof(self.change.task)):
            return False
        new_tests = list_new_tests(self.change.changes)
        tree = build_tree(
            self.change,
            new_tests,
            self.change.base_tree,
        )
        if tree == self.change.tree:
            return wants_proof(self.change.task, of_names=True)
        return self._run(tree).passed

    def _run(self, tree: str) -> Run:
        """Run the command as long as it may take: a function that is broken may never end."""
        left = self.end - time.monotonic()
        if left < self.delivered.seconds:
            return Run(
                self.delivered.command,
                None,
                timed_out=True,
            )
        usual = _PATIENCE * self.delivered.seconds + _START
        assert self.change.checkouts is not None
        with self.change.checkouts.fresh(tree) as folder:
            return run_on(
                self.change,
                self.command,
                folder,
                min(usual, left),
            )

    def _describe_unnoticed(
        self,
        broken: BrokenFunctions,
    ) -> str:
        """Say which functions may break all ways, or which tests notice none; errors alone are no proof."""
        tests = self.tests.list_tests_of(
            broken.names,
            self.delivered,
        )
        noticing = _Noticing(set(tests))
        for variant in broken.list_variants():
            if noticing.is_enough(variant):
                break
            self._try_variant(variant, noticing)
        names = _join(broken.names)
        if noticing.ways and not noticing.is_any:
            return f"none of them notices when {names} gives nothing, or another value"
        if noticing.ways >= _LEAST_WAYS and self._are_blind(noticing.blind, tests):
            blind = _join(sorted(noticing.blind))
            return f"{blind} notice nothing when {names} gives nothing, another value or an error"
        return ""

    def _describe_hidden(
        self,
        functions: BrokenFunctions,
    ) -> str:
        """Say which functions changed tests stand in for, where none of them looks at these themselves."""
        stand_ins = _list_new_stand_ins(self.change.changes)
        hidden = functions.select(lambda one: one.name in stand_ins and not reaches_out(one))
        variants = list(hidden.list_variants())
        if not variants or any(map(self._is_noticed_anew, variants)):
            return ""
        names = _join(hidden.names)
        return f"a stand-in takes the place of {names}, and no changed test looks at what is there"

    def _is_noticed_anew(self, variant: Broken) -> bool:
        """Tell whether a test with changed lines fails on broken functions, or there was no time to tell."""
        run = self._run(build_tree(self.change, variant.files))
        failing = self.tests.list_failing(run, self.delivered)
        return run.timed_out or not self.tests.own.isdisjoint(failing)

    def _describe_untested(
        self,
        functions: BrokenFunctions,
    ) -> str:
        """Say which one of several functions no test notices, though the task names it and wants tests."""
        if len(functions.names) == 1 or not speaks_of_tests(self.change.task):
            return ""
        named = [name for name in functions.names if mentions(self.change.task, name)]
        for name in named[:_MOST_NAMED]:
            variants = list(functions.select(partial(_is_called, name)).list_variants())
            giving = [variant for variant in variants if not variant.is_error]
            if giving and not any(map(self._is_noticed, giving)):
                return f"no test notices when {name} gives nothing, or another value"
        return ""

    def _is_noticed(self, variant: Broken) -> bool:
        """Tell whether any test fails on broken functions, or there was no time to tell."""
        return not self._run(build_tree(self.change, variant.files)).passed

    def _try_variant(
        self,
        variant: Broken,
        noticing: _Noticing,
    ) -> None:
        run = self._run(build_tree(self.change, variant.files))
        noticing.ways += 1
        if run.timed_out:
            noticing.is_any = True
            noticing.blind.clear()
            return
        noticing.is_any |= self.tests.are_in(
            run,
            self.base,
            self.delivered,
        )
        noticing.blind -= self.tests.list_failing(
            run,
            self.delivered,
        )

    def _are_blind(
        self,
        blind: set[str],
        tests: set[str],
    ) -> bool:
        """Tell whether half of the tests are blind; if the runner names none, it must have named another."""
        if self.delivered.report.ran or blind < tests:
            return 0 < len(tests) <= len(blind) * 2
        return False


def _is_called(name: str, function: Function) -> bool:
    return function.name == name


def _wants_more_than_tests(task: str) -> bool:
    """Tell whether a task wants something of the product itself."""
    if wants_proof(task, of_names=True):
        return True
    return wants_other_behaviour(task) and not is_about_tests(task)


def _list_new_stand_ins(changes: Iterable[TreeChange]) -> set[str]:
    """List the functions in whose place tests of a change put something that they did not before."""
    found = set()
    for change in changes:
        if not decides(change.path):
            continue
        old_path = change.path_before
        old = list_stand_ins(old_path, change.before)
        found |= list_stand_ins(change.path, change.after) - old
    return found


def _join(names: list[str]) -> str:
    return ", ".join(names[:_LISTED])
