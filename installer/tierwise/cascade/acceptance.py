"""Judging a result by the tests of the commit that once solved the task: a gate for trials only.

Unlike other gates it excuses nothing: that the tests fail on the base as well is what makes them tell.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass

from tierwise.cascade.checkouts import RunOrigin, StoredCheckouts, list_present_links
from tierwise.cascade.context import RepoContext
from tierwise.gates import (
    ChangeSet,
    Gate,
    GateConfig,
    Verdict,
)
from tierwise.gates import model as gate_model
from tierwise.gates.commands import describe_run
from tierwise.gates.runs import Run, run_on
from tierwise.git.snapshot import git_output, git_text
from tierwise.git.store import open_store
from tierwise.scratch import scratch_prefix

NAME = "acceptance"


@dataclass(frozen=True)
class Acceptance:
    """The tests that a commit brought, and the command that runs the project's tests.

    ``paths``: the test files that the commit wrote; ``command``: as a gate has it; ``seconds``: its time limit.
    """

    home: str
    commit: str
    paths: tuple[str, ...]
    command: gate_model.Command
    seconds: float

    def make_gate(self) -> Gate:
        """Return the gate that passes where the result passes the commit's tests."""

        def check(
            change: ChangeSet,
            config: GateConfig,
        ) -> Verdict:
            if change.checkouts is None:
                return Verdict(
                    False,
                    "there are no files to run the tests on",
                    ran=False,
                )
            run = self.run_on_tree(
                change,
                change.checkouts,
                change.tree,
            )
            return describe_run(run)

        return Gate(NAME, check, verifies=True, self_timed=True)

    def run_on_tree(
        self,
        change: ChangeSet,
        checkouts: gate_model.Checkouts,
        tree: str,
    ) -> Run:
        """Run the tests on a fresh checkout of ``tree`` with the commit's test files in it."""
        with checkouts.fresh(self._add_tests(change, tree)) as folder:
            return run_on(
                change,
                self.command,
                folder,
                self.seconds,
            )

    def _add_tests(
        self,
        change: ChangeSet,
        tree: str,
    ) -> str:
        """Return ``tree`` with the commit's test files: git writes them, so that no link leads them elsewhere."""
        call = (
            "ls-tree",
            "-z",
            "--full-tree",
            self.commit,
            "--",
            *self.paths,
        )
        listing = git_output(self.home, *call)
        with tempfile.TemporaryDirectory() as folder:
            index = os.path.join(folder, "index")
            environment = {**change.git, "GIT_INDEX_FILE": index}
            git_output(
                change.root,
                "read-tree",
                tree,
                env=environment,
            )
            put = (
                "update-index",
                "-z",
                "--replace",
                "--index-info",
            )
            git_output(
                change.root,
                *put,
                data=listing,
                env=environment,
            )
            return git_text(
                change.root,
                "write-tree",
                env=environment,
            )


def tells_apart(
    acceptance: Acceptance,
    context: RepoContext,
    parent: str,
) -> bool:
    """Return whether the tests fail on the tree before the commit and pass on the commit's own."""
    home = acceptance.home
    before = git_text(home, "rev-parse", f"{parent}^{{tree}}")
    after = git_text(
        home,
        "rev-parse",
        f"{acceptance.commit}^{{tree}}",
    )
    present = list_present_links(
        home,
        context.table["escalation"]["link"],
    )
    origin = RunOrigin(
        home,
        parent,
        before,
        context.folder,
        present,
    )
    with tempfile.TemporaryDirectory(prefix=scratch_prefix()) as scratch:
        place = os.path.join(scratch, "store.git")
        store = open_store(home, place, with_refs=False)
        checkouts = StoredCheckouts(store, origin, scratch)
        change = ChangeSet(
            home,
            parent,
            folder=context.folder,
            known_tree=before,
            git=store.environment(scratch),
            checkouts=checkouts,
        )
        on_base = acceptance.run_on_tree(
            change,
            checkouts,
            before,
        )
        if on_base.passed or on_base.timed_out or not on_base.ran:
            return False
        on_commit = acceptance.run_on_tree(
            change,
            checkouts,
            after,
        )
        return on_commit.passed
