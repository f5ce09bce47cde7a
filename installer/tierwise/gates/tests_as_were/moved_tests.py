"""Tests that stand in new files now, as they were."""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.lines import list_moved, split_lines
from tierwise.gates.tests_as_were.strength import keep_from_failing
from tierwise.git.snapshot import Change


def find_moved_tests(
    changes: Iterable[Change], replaced: Iterable[bytes | None]
) -> dict[str, bytes]:
    """New files of tests that hold old ones.  ``replaced``: the files that decide about tests, as they were.

    What is new besides (titles, a suite around them, more tests) keeps nothing from failing.
    """
    old_lines: set[str] = set()
    for data in replaced:
        old_lines.update(map(str.strip, split_lines(data or b"")))
    found = {}
    for change in changes:
        data = change.after
        is_new = change.before is None and not change.old_path
        if is_new and data is not None and decides(change.path) and _holds_old(data, old_lines):
            found[change.path] = data
    return found


def _holds_old(data: bytes, old_lines: set[str]) -> bool:
    """Whether most lines stood in old tests, and the others only set these in."""
    lines = list_moved(data)
    added = lines - old_lines
    if not lines or 2 * len(added) > len(lines):
        return False
    return not keep_from_failing(added)
