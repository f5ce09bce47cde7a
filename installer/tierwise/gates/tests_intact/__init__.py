"""The gate on the gate: tests deleted, skipped or weakened so that a result passes.

Reads each changed file before and after into :class:`TestCase` rows (Python by its syntax tree, other languages by
careful text) and compares.  What a run of the old tests tells is read only where nothing ran (``bounds``, ``unrun``).
Whether the task asked for a finding is another question (``excuses``).
"""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.files import decode_text
from tierwise.gates.reading import paths
from tierwise.gates.tests_intact import (
    config,
    config_runs,
    python,
    source,
    text,
    unrun,
)
from tierwise.gates.tests_intact.compare import compare
from tierwise.gates.tests_intact.model import TestCase, Weakening
from tierwise.git.snapshot import TreeChange


def find_weakened(
    changes: Iterable[TreeChange], *, nothing_ran: bool = False, may_expect_otherwise: bool = True
) -> list[Weakening]:
    """Find what speaks against a change, in the order of the paths.

    ``nothing_ran``: no run of the old tests tells of this change, so that what a run would tell is read as well.
    ``may_expect_otherwise``: whether a test may expect another value where the code changed too.
    """
    listed = list(changes)
    found: list[Weakening] = []
    for change in listed:
        found += _look_at_file(change)
        if nothing_ran and not _is_snapshot(change):
            found += unrun.find_bent_run(
                change,
                has_tests=_is_test(change),
            )
    found += config_runs.no_longer_run(listed)
    before: list[TestCase] = []
    after: list[TestCase] = []
    for change in filter(_is_test, listed):
        before += _read_tests(change.path_before, change.before)
        after += _read_tests(change.path, change.after)
    has_subject = any(paths.is_subject(change.path) for change in listed)
    return found + compare(
        before,
        after,
        _symbols_gone(listed),
        may_expect_otherwise=may_expect_otherwise and has_subject,
        nothing_ran=nothing_ran,
    )


def _look_at_file(change: TreeChange) -> list[Weakening]:
    """Find what speaks against one file, whatever tests it has."""
    path, before, after = change.path, change.before, change.after
    if _is_snapshot(change):
        if before is None or before == after:
            return []
        return [Weakening(path, "snapshot", "an expected output was rewritten or removed")]
    is_hooks = path.endswith("conftest.py")
    if paths.is_config(path) and (is_hooks or not _is_test(change)):
        return config.loosened(path, before, after)
    return source.find_silenced(path, before, after)


def _is_snapshot(change: TreeChange) -> bool:
    old_path = change.path_before
    return paths.is_snapshot(change.path) or paths.is_snapshot(old_path)


def _is_test(change: TreeChange) -> bool:
    """Tell whether a file has tests, by its name; in Rust by its text too: unit tests live beside the code."""
    if _is_snapshot(change):
        return False
    old_path = change.path_before
    if paths.is_test(change.path) or paths.is_test(old_path):
        return True
    contents = (change.before or b"", change.after or b"")
    return change.path.endswith(".rs") and b"#[test]" in b"".join(contents)


def _read_tests(
    path: str,
    data: bytes | None,
) -> list[TestCase]:
    if data is None:
        return []
    content = decode_text(data)
    if path.endswith(".py"):
        return python.read_tests(path, content)
    return text.read_tests(path, content)


def _symbols_gone(changes: list[TreeChange]) -> frozenset[str]:
    """List the names that the change removed from the code itself: their tests may honestly go too."""
    before: set[str] = set()
    after: set[str] = set()
    for change in changes:
        if not paths.is_test(change.path):
            before |= source.symbols(change.before)
            after |= source.symbols(change.after)
    return frozenset(before - after)
