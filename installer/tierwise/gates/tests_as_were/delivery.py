"""What the delivered tests look at no more, though the tests as they were, or as they follow the change, pass with it."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.gates.following.followed import OldRun
from tierwise.gates.following.old_files import MOST_READ
from tierwise.gates.following.product import Product
from tierwise.gates.model import ChangeSet
from tierwise.gates.new_tests.hollow import describe_hollow_tests
from tierwise.gates.new_tests.proving import speaks_of_running
from tierwise.gates.reading.deciding import decides
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.finding import OldTestsFinding
from tierwise.gates.tests_as_were.losses import (
    describe_losses,
    list_lost_tests,
    list_standing_tests,
    took_chance_out,
)
from tierwise.gates.tests_as_were.old_runs import list_undelivered
from tierwise.gates.trees import read_files


def find_tolerant(
    change: ChangeSet,
    tree: str,
    run: Run,
) -> OldRun | None:
    """Find the old tests, where those delivered compare what these tolerated: they have to notice what these do.

    ``tree`` and ``run``: the old tests on the change, and how they ran.
    """
    if not took_chance_out(change.changes, change.task):
        return None
    return OldRun(tree, run)


@dataclass(frozen=True)
class Delivery:
    """The delivered tests, beside what was found of the old ones.  ``old``: how these ran as they were."""

    change: ChangeSet
    product: Product
    finding: OldTestsFinding
    old: Run
    delivered: Run

    def list_losses(self) -> list[str]:
        """List what is lost, in words."""
        changes, task = self.change.changes, self.change.task
        told = describe_hollow_tests(changes, task)
        if told:
            return told
        if self.finding.lost:
            return [f"they pass with `{line}` too, and it is gone" for line in self.finding.lost]
        if self.finding.outcome == "both-pass":
            is_exact = self.finding.old is not None
            told = describe_losses(changes, task, compare_more=is_exact)
            return told or self._tell_unrun()
        if self.finding.old is not None:
            return describe_losses(changes, task) or self._list_gone(self.finding.old.run)
        return self._list_gone(self.old)

    def _list_gone(self, old: Run) -> list[str]:
        """List the tests that pass in a run, and are gone with their values."""
        missing = self._list_undelivered(old)
        undelivered = [name for name in missing if name not in self.finding.renamed]
        lost = list_lost_tests(
            undelivered,
            self.change.changes,
            self.change.task,
        )
        return [f"{name} is gone, and passes as it was" for name in lost]

    def _list_undelivered(self, old: Run) -> list[str]:
        return list_undelivered(old, self.delivered, self.product)

    def _tell_unrun(self) -> list[str]:
        """Tell which tests run no more though their files are as they were, unless the task speaks of what runs."""
        undelivered = self._list_undelivered(self.old)
        if not undelivered or speaks_of_running(self.change.task):
            return []
        files = read_files(
            self.change,
            self.change.tree,
            decides,
            MOST_READ,
        )
        standing = list_standing_tests(
            undelivered,
            files,
            self.change.changes,
        )
        return [f"{name} runs no more" for name in standing]
