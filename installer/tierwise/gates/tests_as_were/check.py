"""A command on the change's product under the old tests, held against the command on the change as delivered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from tierwise.gates.base_runs import find_base_run, pass_on_base, run_on_base
from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.followed import Followed
from tierwise.gates.following.levels import LEVELS
from tierwise.gates.following.moved_inputs import list_moved_inputs
from tierwise.gates.following.old_files import OldFiles
from tierwise.gates.model import (
    ASK_A_PERSON,
    ChangeSet,
    Command,
    GateConfig,
)
from tierwise.gates.new_tests.proof import NewTestsProof
from tierwise.gates.runs import (
    Run,
    run_on_tree,
    run_once,
    run_side_by_side,
)
from tierwise.gates.tests_as_were.delivery import Delivery, find_tolerant
from tierwise.gates.tests_as_were.finding import OldTestsFinding
from tierwise.gates.tests_as_were.losses import find_new_tests, speaks_of_chance
from tierwise.gates.tests_as_were.old_runs import (
    is_undecided,
    list_fixed,
    list_gone,
    list_missing,
    list_red,
    list_renamed,
    list_turned,
)
from tierwise.gates.tests_as_were.open_questions import is_open_question
from tierwise.gates.trees import build_tree

_TRIES = 4  # more runs of old tests that may fail by chance: a test that fails in a quarter fails in all by 1 in 1,000
_TAIL = 1500  # characters of the output shown
_NO_CODE = b"\n)]} no code in any language {[(\n"


@dataclass(frozen=True)
class _Runs:
    """A command, and how it ran: before the change, as delivered, and on the change under the old tests."""

    command: Command
    base: Run | None
    delivered: Run
    old: Run


@dataclass
class OldTests:
    """The change's product under the tests as they were."""

    change: ChangeSet
    config: GateConfig

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.config.seconds
        self.files = OldFiles(self.change)

    def look(
        self,
        name: str,
        command: Command,
    ) -> OldTestsFinding:
        """Run one command on both trees and compare."""
        runs = self._run_before(name, command)
        finding = self._compare_runs(runs)
        if not self.files.differ or not finding.passed or not runs.delivered.passed:
            return finding
        losses = self._list_losses(finding, runs)
        if losses:
            return OldTestsFinding(
                finding.command,
                "tests-lost",
                detail="\n".join(losses),
            )
        lack = self._prove(runs).describe_lack()
        if lack:
            return OldTestsFinding(
                finding.command,
                "proves-nothing",
                detail=lack,
            )
        return finding

    def _prove(self, runs: _Runs) -> NewTestsProof:
        return NewTestsProof(
            self.change,
            runs.command,
            runs.base,
            runs.delivered,
            self.end,
        )

    def _list_losses(
        self,
        finding: OldTestsFinding,
        runs: _Runs,
    ) -> list[str]:
        """List what the tests look at no more, though it holds as it did."""
        unread = self._list_unread(find_new_tests(self.change.changes))
        if unread:
            return [f"no command reads {path}" for path in unread]
        delivery = Delivery(
            self.change,
            self.files.product,
            finding,
            runs.old,
            runs.delivered,
        )
        return delivery.list_losses() or self._list_missed(finding, runs)

    def _list_missed(
        self,
        finding: OldTestsFinding,
        runs: _Runs,
    ) -> list[str]:
        """Find a fault that tests no longer notice, where they only moved or became others of the same values."""
        if finding.old is None:
            return []
        missed = self._prove(runs).find_missed(finding.old.tree)
        return [f"{missed}: no test notices it any more"] if missed else []

    def _compare_runs(self, runs: _Runs) -> OldTestsFinding:
        base, delivered, old = runs.base, runs.delivered, runs.old
        fixed = list_fixed(base, old)
        shown = delivered.command
        incomplete = list_missing(base, old)
        if old.passed and incomplete:
            return OldTestsFinding(
                shown,
                "incomplete",
                incomplete,
                fixed,
            )
        if old.passed and delivered.passed:
            kept = find_tolerant(self.change, self.files.tree, old)
            return OldTestsFinding(shown, "both-pass", fixed=fixed, old=kept)
        if old.passed:
            return OldTestsFinding(shown, "only-old-pass", fixed=fixed)
        turned = list_turned(old, delivered, incomplete)
        if not turned:
            return OldTestsFinding(
                shown,
                "both-fail",
                tuple(sorted(old.report.failed)),
                fixed,
            )
        return self._follow_change(runs, turned)

    def _run_before(
        self,
        name: str,
        command: Command,
    ) -> _Runs:
        """Run the command as delivered and on the base, and the old tests on the change.

        The last two run at the same time where that can be.  What failed beside another run counts only where it fails
        by itself too: both may want the same port.  Old tests that fail now and then, as the task says, have several tries.
        """

        def run_base() -> Run | None:
            return run_on_base(
                self.change,
                name,
                command,
                self.config.seconds,
            )

        delivered = run_once(
            self.change,
            name,
            command,
            self.config.seconds,
        )
        if not self.files.differ:
            return _Runs(
                command,
                run_base(),
                delivered,
                delivered,
            )
        run_tests = partial(
            self._run_tests,
            command,
            self.files.tree,
        )
        base = find_base_run(self.change, name, command)
        if base is not None:
            old, is_shared = run_tests(), False
        else:
            base, old, is_shared = run_side_by_side(run_base, run_tests)
        again = _TRIES if speaks_of_chance(self.change.task) else int(is_shared)
        for _ in range(again):
            if not old.passed:
                old = run_tests()
        return _Runs(command, base, delivered, old)

    def _follow_change(
        self,
        runs: _Runs,
        turned: tuple[str, ...],
    ) -> OldTestsFinding:
        """Run the old tests as they follow the change, level by level, until nothing is held against it."""
        base, delivered = runs.base, runs.delivered
        red = list_red(base, delivered)
        proven = red & runs.old.report.passed
        gone = self._list_removed(runs)
        lost = self._list_lost(runs, gone)
        changed = self.files.read_changed(turned)
        last = runs.old
        for step in self._run_levels(runs, changed):
            again = step.run
            renamed = list_renamed(base, again, step.files)
            left = self._list_left(runs, again, (*gone, *renamed)) or step.choose(lost)
            if not left and (step.level != "asked" or self._pass_by_chance(runs, red - proven)):
                return self._accept(
                    runs,
                    step,
                    changed,
                    turned,
                    renamed,
                )
            if not is_undecided(base, again, delivered):
                last, turned = again, left or turned
                proven |= red & again.report.passed
        outcome = "undecided"
        if not is_undecided(base, last, delivered):
            outcome = self._name_refusal(
                changed,
                is_red=not red <= proven,
            )
        shown = last.tail[-_TAIL:]
        is_kept = all(test.keeps_expectations() for test in changed)
        return OldTestsFinding(
            delivered.command,
            outcome,
            turned,
            list_fixed(base, last),
            shown,
            is_kept,
        )

    def _accept(
        self,
        runs: _Runs,
        step: Followed,
        changed: list[ChangedTest],
        turned: tuple[str, ...],
        renamed: tuple[str, ...],
    ) -> OldTestsFinding:
        """Accept tests that pass as they follow the change."""
        lost = list_moved_inputs(changed) if step.level == "asked" else ()
        return OldTestsFinding(
            runs.delivered.command,
            "followed",
            turned,
            list_fixed(runs.base, step.run),
            step.describe(),
            renamed=renamed,
            old=step.old,
            lost=tuple(lost),
        )

    def _pass_by_chance(self, runs: _Runs, red: frozenset[str]) -> bool:
        left = self.end - time.monotonic()
        return not red or pass_on_base(self.change, runs.command, red, left)

    def _run_levels(
        self,
        runs: _Runs,
        changed: list[ChangedTest],
    ) -> Iterator[Followed]:
        """Run the old tests as they follow the change, where a level makes them other than the one before it did."""
        if self.files.goes_against_task:
            return
        tried = self.files.tree
        for level in (None, *LEVELS):
            files, lines = self.files.follow(changed, level)
            tree = build_tree(self.change, files)
            if tree == tried:
                continue
            tried = tree
            run = runs.delivered
            if tree != self.change.tree:
                run = self._run_tests(runs.command, tree)
            yield Followed(
                level,
                files,
                lines,
                tree,
                run,
            )

    def _list_left(
        self,
        runs: _Runs,
        again: Run,
        gone: tuple[str, ...],
    ) -> tuple[str, ...]:
        """List the tests that fail, or do not run, although they follow the change."""
        left = list_missing(
            runs.base,
            again,
            gone,
            self.files.product,
        )
        if not again.passed:
            left = list_turned(again, runs.delivered, left)
        return left or self._unread_tests

    def _list_lost(
        self,
        runs: _Runs,
        gone: tuple[str, ...],
    ) -> tuple[str, ...]:
        """List the tests that did not come along where functions moved to another file."""
        if not self.files.product.has_moved_functions:
            return ()
        renamed = list_renamed(
            runs.base,
            runs.delivered,
            self.files.delivered_tests,
        )
        return list_missing(
            runs.base,
            runs.delivered,
            (*gone, *renamed),
            self.files.product,
        )

    def _name_refusal(
        self,
        changed: list[ChangedTest],
        *,
        is_red: bool,
    ) -> str:
        """Name the outcome of old tests that do not pass; ``is_red``: among them are some that failed before."""
        if is_red:
            return "tests-changed-to-pass"
        if is_open_question(changed, self.change.changes, self.files.replaced, self.files.product):
            return ASK_A_PERSON
        return "tests-changed-to-pass"

    def _list_removed(self, runs: _Runs) -> tuple[str, ...]:
        """List the tests that are gone as delivered, where the task wants something removed."""
        if not self.files.product.wording.removing:
            return ()
        return list_gone(runs.base, runs.delivered)

    @cached_property
    def _unread_tests(self) -> tuple[str, ...]:
        """Moved tests that no command reads: each passes whatever stands there."""
        return self._list_unread(self.files.moved_tests)

    def _list_unread(
        self,
        files: Mapping[str, bytes],
    ) -> tuple[str, ...]:
        return tuple(sorted(path for path in files if self._is_unread(path, files[path])))

    def _is_unread(
        self,
        path: str,
        data: bytes,
    ) -> bool:
        tree = build_tree(self.change, {path: data + _NO_CODE})
        runs = (self._run_tests(command, tree) for command in self.config.commands.values())
        return all(run.passed for run in runs)

    def _run_tests(
        self,
        command: Command,
        tree: str,
    ) -> Run:
        return run_on_tree(
            self.change,
            command,
            tree,
            self.config.seconds,
        )


def look_at_all(
    change: ChangeSet, config: GateConfig, commands: Mapping[str, Command]
) -> list[OldTestsFinding]:
    """Find what the old tests say of each command of the run."""
    old = OldTests(change, config)
    return [old.look(name, command) for name, command in commands.items()]
