"""A command on the change's product under the old tests, held against the command on the change as delivered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

from tierwise.gates.model import ASK_A_PERSON, ChangeSet, Command, GateConfig
from tierwise.gates.runs import Run, find_base_run, run_on, run_on_base, run_once, run_side_by_side
from tierwise.gates.tests_as_were.deciding import decides, is_readable_test, restore
from tierwise.gates.tests_as_were.definitions import is_product_source
from tierwise.gates.tests_as_were.finding import Finding
from tierwise.gates.tests_as_were.follow import LEVELS, ChangedTest, Level
from tierwise.gates.tests_as_were.hollow import describe_hollow_tests
from tierwise.gates.tests_as_were.imports import is_import
from tierwise.gates.tests_as_were.lines import compares_with, list_given, list_moved, split_lines
from tierwise.gates.tests_as_were.losses import (
    describe_losses,
    find_new_tests,
    list_lost_tests,
    list_standing_tests,
)
from tierwise.gates.tests_as_were.moved_tests import find_moved_tests, mask_renamed
from tierwise.gates.tests_as_were.old_runs import (
    is_undecided,
    list_fixed,
    list_gone,
    list_missing,
    list_red,
    list_renamed,
    list_turned,
    list_undelivered,
)
from tierwise.gates.tests_as_were.open_questions import is_open_question
from tierwise.gates.tests_as_were.product import Product, read_product
from tierwise.gates.tests_as_were.product_code import read_bodies
from tierwise.gates.tests_as_were.proof import Proof
from tierwise.gates.tests_as_were.proving import speaks_of_running
from tierwise.gates.tests_as_were.recorded import DATA, is_to_be_recorded
from tierwise.gates.tests_as_were.rules import rounds_the_other_way
from tierwise.gates.trees import build_tree, read_files
from tierwise.git.snapshot import Change

_MOST_READ = 300  # files that are as they were
_TRIES = 3  # runs of a base whose tests may fail by chance
_TAIL = 1500  # characters of the output shown
_NO_CODE = b"\n)]} no code in any language {[(\n"


@dataclass(frozen=True)
class _Followed:
    """Old tests that follow the change up to a level: their files, how many lines follow, how they ran."""

    level: Level
    files: Mapping[str, bytes | None]
    lines: int
    run: Run


@dataclass
class OldTests:
    """The change's product under the tests as they were."""

    change: ChangeSet
    config: GateConfig
    replaced: dict[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.config.seconds
        for entry in self.change.changes:
            self._restore_entry(entry)
        self.tree = build_tree(self.change, self.replaced)

    @cached_property
    def product(self) -> Product:
        """What the change does to the product."""
        return read_product(self.change.changes, self.change.task, self._read_other_files)

    def _read_other_files(self) -> dict[str, str]:
        """The bodies of what the product defines in files that are as they were."""
        return read_bodies(read_files(self.change, self.change.tree, is_product_source, _MOST_READ))

    @cached_property
    def test_lines(self) -> list[str]:
        """The lines of all tests as they were."""
        files = read_files(self.change, self.change.base_tree, decides, _MOST_READ)
        tests = [data for path, data in files if not DATA.search(path)]
        return list(chain.from_iterable(map(split_lines, tests)))

    def _is_expected(self, path: str) -> bool:
        """Whether data are what tests expect of something that the task wants otherwise."""
        if not DATA.search(path) or self.product.wording.keeps_something:
            return False
        name = path.rpartition("/")[2]
        return compares_with(self.test_lines, name, self.product.asked)

    @property
    def differ(self) -> bool:
        """Whether the change touched anything that decides about tests."""
        return self.tree != self.change.tree

    def look(self, name: str, command: Command) -> Finding:
        """Run one command on both trees and compare."""
        delivered = run_once(self.change, name, command, self.config.seconds)
        base, old = self._run_before(name, command, delivered)
        finding = self._compare_runs(name, command, delivered, base, old)
        if not self.differ or not finding.passed or not delivered.passed:
            return finding
        losses = self._list_losses(finding, delivered, old)
        if losses:
            return Finding(finding.command, "tests-lost", detail="\n".join(losses))
        proof = Proof(self.change, command, base, delivered, self.end)
        lack = proof.describe_lack()
        return Finding(finding.command, "proves-nothing", detail=lack) if lack else finding

    def _list_losses(self, finding: Finding, delivered: Run, old: Run) -> list[str]:
        """What the tests look at no more, though it holds as it did."""
        changes, task = self.change.changes, self.change.task
        unread = self._list_unread(find_new_tests(changes))
        if unread:
            return [f"no command reads {path}" for path in unread]
        told = describe_hollow_tests(changes, task)
        if told:
            return told
        undelivered = list_undelivered(old, delivered, self.product)
        if finding.outcome == "both-pass":
            return describe_losses(changes, task) or self._tell_unrun(undelivered)
        undelivered = [name for name in undelivered if name not in finding.renamed]
        lost = list_lost_tests(undelivered, changes, task)
        return [f"{name} is gone, and passes as it was" for name in lost]

    def _tell_unrun(self, undelivered: list[str]) -> list[str]:
        """Tests that run no more though their files are as they were, where the task does not speak of what runs."""
        if not undelivered or speaks_of_running(self.change.task):
            return []
        files = read_files(self.change, self.change.tree, decides, _MOST_READ)
        standing = list_standing_tests(undelivered, files, self.change.changes)
        return [f"{name} runs no more" for name in standing]

    def _compare_runs(
        self, name: str, command: Command, delivered: Run, base: Run | None, old: Run
    ) -> Finding:
        fixed = list_fixed(base, old)
        shown = delivered.command
        incomplete = list_missing(base, old)
        if old.passed and incomplete:
            return Finding(shown, "incomplete", incomplete, fixed)
        if old.passed and delivered.passed:
            return Finding(shown, "both-pass", fixed=fixed)
        if old.passed:
            return Finding(shown, "only-old-pass", fixed=fixed)
        turned = list_turned(old, delivered, incomplete)
        if not turned:
            return Finding(shown, "both-fail", tuple(sorted(old.report.failed)), fixed)
        return self._follow_change(name, command, delivered, old, turned)

    def _run_before(self, name: str, command: Command, delivered: Run) -> tuple[Run | None, Run]:
        """Run the command on the base, and the old tests on the change, at the same time where that can be.

        What failed beside another run counts only where it fails by itself too: both may want the same port.
        """

        def run_base() -> Run | None:
            return run_on_base(self.change, name, command, self.config.seconds)

        if not self.differ:
            return run_base(), delivered
        known = find_base_run(self.change, name, command)
        if known is not None:
            return known, self._run_tests(command, self.tree)
        run_tests = partial(self._run_tests, command, self.tree)
        base, old, is_shared = run_side_by_side(run_base, run_tests)
        if is_shared and not old.passed:
            old = self._run_tests(command, self.tree)
        return base, old

    def _follow_change(
        self, name: str, command: Command, delivered: Run, old: Run, turned: tuple[str, ...]
    ) -> Finding:
        """Run the old tests as they follow the change, level by level, until nothing is held against it."""
        base = run_on_base(self.change, name, command, self.config.seconds)
        red = list_red(base, delivered)
        proven = red & old.report.passed
        gone = self._removed_tests(base, delivered)
        lost = self._list_lost(base, delivered, gone)
        changed = self._read_changed(turned)
        last = old
        for step in self._run_levels(command, delivered, changed):
            again = step.run
            renamed = list_renamed(base, again, step.files)
            left = self._list_left(base, again, delivered, (*gone, *renamed)) or lost
            if not left and (step.level != "asked" or self._are_proven(command, red - proven)):
                fixed = list_fixed(base, again)
                detail = f"{step.lines} lines of the tests follow the change"
                return Finding(
                    delivered.command, "followed", turned, fixed, detail, renamed=renamed
                )
            if not is_undecided(base, again, delivered):
                last, turned = again, left or turned
                proven |= red & again.report.passed
        outcome = "undecided"
        if not is_undecided(base, last, delivered):
            outcome = self._name_refusal(changed, is_red=not red <= proven)
        shown = last.tail[-_TAIL:]
        is_kept = all(test.keeps_expectations() for test in changed)
        return Finding(delivered.command, outcome, turned, list_fixed(base, last), shown, is_kept)

    def _are_proven(self, command: Command, red: frozenset[str]) -> bool:
        """Whether each of some tests that failed on the base passes there too, at another time."""
        for _ in range(_TRIES):
            if red:
                red -= self._run_tests(command, self.change.base_tree).report.passed
        return not red

    def _run_levels(
        self, command: Command, delivered: Run, changed: list[ChangedTest]
    ) -> Iterator[_Followed]:
        """Run the old tests as they follow the change, where a level makes them other than the one before it did."""
        if self.goes_against_task:
            return
        tried = self.tree
        for level in LEVELS:
            files, lines = self._follow_files(changed, level)
            tree = build_tree(self.change, files)
            if tree == tried:
                continue
            tried = tree
            run = delivered
            if tree != self.change.tree:
                run = self._run_tests(command, tree)
            yield _Followed(level, files, lines, run)

    def _list_left(
        self, base: Run | None, again: Run, delivered: Run, gone: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Tests that fail, or do not run, although they follow the change."""
        left = list_missing(base, again, gone, self.product)
        if not again.passed:
            left = list_turned(again, delivered, left)
        return left or self.unread_tests

    def _list_lost(
        self, base: Run | None, delivered: Run, gone: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Tests that did not come along where functions moved to another file."""
        if not self.product.has_moved_functions:
            return ()
        renamed = list_renamed(base, delivered, self.delivered_tests)
        return list_missing(base, delivered, (*gone, *renamed), self.product)

    def _name_refusal(self, changed: list[ChangedTest], *, is_red: bool) -> str:
        """The outcome of old tests that do not pass; ``is_red``: among them are some that failed before the change."""
        if is_red:
            return "tests-changed-to-pass"
        if is_open_question(changed, self.change.changes, self.replaced, self.product):
            return ASK_A_PERSON
        return "tests-changed-to-pass"

    def _removed_tests(self, base: Run | None, delivered: Run) -> tuple[str, ...]:
        """Tests that are gone as delivered, where the task wants something removed."""
        if not self.product.wording.removing:
            return ()
        return list_gone(base, delivered)

    def _follow_files(
        self, changed: list[ChangedTest], level: Level
    ) -> tuple[dict[str, bytes | None], int]:
        """The old tests' files with what the change explains, and how many lines that is."""
        files = {**self.replaced, **self.rerecorded, **self.moved_tests}
        total = len(self.rerecorded)
        for test in changed:
            followed, lines = test.follow(level)
            files[test.path] = followed if followed.strip() else None
            total += lines
        return files, total

    @cached_property
    def goes_against_task(self) -> bool:
        """Whether the tests expect what cannot follow from the task."""
        kept = [(split_lines(old), split_lines(new)) for _, old, new in self._list_kept()]
        return any(rounds_the_other_way(*lines, self.change.task) for lines in kept)

    @cached_property
    def rerecorded(self) -> dict[str, bytes]:
        """Recorded outputs that the task wants recorded anew, as they are now, by their old path."""
        kept = {path: new for path, _, new in self._list_kept()}
        return {
            path: new for path, new in kept.items() if is_to_be_recorded(path, self.change.task)
        }

    @cached_property
    def moved_tests(self) -> dict[str, bytes]:
        """New files of tests that hold old ones."""
        return find_moved_tests(self.change.changes, self.replaced.values(), self.product)

    @cached_property
    def moved_lines(self) -> frozenset[str]:
        """The lines of these files, as ``mask_renamed`` has them."""
        lines = chain.from_iterable(map(list_moved, self.moved_tests.values()))
        return frozenset(map(partial(mask_renamed, self.product), lines))

    @cached_property
    def lost_values(self) -> frozenset[str]:
        """What the tests give under names that the product lost as the task wants it."""
        words = self.product.lost_words
        if not words:
            return frozenset()
        files = read_files(self.change, self.change.base_tree, decides)
        return frozenset(value for _, data in files for value in list_given(data, words))

    @cached_property
    def unread_tests(self) -> tuple[str, ...]:
        """Those of them that no command reads: each passes whatever stands there."""
        return self._list_unread(self.moved_tests)

    def _list_unread(self, files: Mapping[str, bytes]) -> tuple[str, ...]:
        return tuple(sorted(path for path in files if self._is_unread(path, files[path])))

    def _is_unread(self, path: str, data: bytes) -> bool:
        tree = build_tree(self.change, {path: data + _NO_CODE})
        runs = (self._run_tests(command, tree) for command in self.config.commands.values())
        return all(run.passed for run in runs)

    def _read_changed(self, failing: tuple[str, ...]) -> list[ChangedTest]:
        """The other files that were put back and are not gone.  ``failing``: tests that fail as they were."""
        return [
            ChangedTest(
                path,
                old,
                new,
                self.product,
                self.moved_lines,
                self.lost_values,
                frozenset(failing),
                self.imports,
                self._is_expected(path),
            )
            for path, old, new in chain(self._list_kept(), self._list_emptied())
            if path not in self.rerecorded
        ]

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The imports of all changed tests as delivered."""
        lines = chain.from_iterable(map(split_lines, self.delivered_tests.values()))
        return tuple(filter(is_import, lines))

    @cached_property
    def delivered_tests(self) -> dict[str, bytes]:
        """The changed files that decide about tests, as delivered."""
        return {
            entry.path: entry.after or b"" for entry in self.change.changes if decides(entry.path)
        }

    def _list_kept(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Old path, old and new content of what was put back and is not gone."""
        for entry in self.change.changes:
            old_path = entry.path_before
            old = self.replaced.get(old_path)
            if old is not None and entry.after is not None:
                yield old_path, old, entry.after

    def _list_emptied(self) -> Iterator[tuple[str, bytes, bytes]]:
        """The same of tests that are gone, where others moved: nothing is left of those that moved too."""
        for entry in self.change.changes:
            old = self.replaced.get(entry.path)
            if self.moved_tests and old and entry.after is None and is_readable_test(entry.path):
                yield entry.path, old, b""

    def _restore_entry(self, entry: Change) -> None:
        if entry.is_link:
            return
        if not entry.old_path:
            restored = restore(entry.path, entry.before, entry.after)
            if restored != entry.after:
                self.replaced[entry.path] = restored
            return
        old = restore(entry.old_path, entry.before, None)
        new = restore(entry.path, None, entry.after)
        if old is not None:
            self.replaced[entry.old_path] = old
        if new is None:
            self.replaced[entry.path] = None

    def _run_tests(self, command: Command, tree: str) -> Run:
        assert self.change.checkouts is not None
        with self.change.checkouts.fresh(tree) as folder:
            return run_on(self.change, command, folder, self.config.seconds)


def look_at_all(
    change: ChangeSet, config: GateConfig, commands: Mapping[str, Command]
) -> list[Finding]:
    """What the old tests say of each command of the run."""
    old = OldTests(change, config)
    return [old.look(name, command) for name, command in commands.items()]
