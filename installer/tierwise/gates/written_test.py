"""Running a test by somebody who has not seen the change: it is put into the tree, and is no part of it."""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.gates.model import ChangeSet, Command
from tierwise.gates.runs import Run, run_on
from tierwise.gates.second_test import WrittenTest
from tierwise.gates.trees import build_tree

_SHOWN = 3000  # characters of a failing run's end


def run_written_test(
    change: ChangeSet, test: WrittenTest, command: Command, seconds: float
) -> Run | None:
    """Run the project's command with the test in the tree; None where there are no files to run it on."""
    if change.checkouts is None:
        return None
    tree = build_tree(
        change,
        {test.path: test.content.encode()},
    )
    with change.checkouts.fresh(tree) as folder:
        return run_on(change, command, folder, seconds)


def describe_failure(
    test: WrittenTest,
    run: Run,
    failed: Iterable[str],
) -> str:
    """Name the tests that ``failed``, where the runner names them, and show the end of the output."""
    names = ", ".join(sorted(failed)) or f"`{run.command}`"
    return f"{test.path}: {names}\n{run.tail[-_SHOWN:]}"
