"""The gate on the gate: tests deleted, skipped or weakened so that a result passes.

Reads each changed file before and after into :class:`TestCase` rows (Python by its syntax tree, other languages by
careful text) and compares.  Whether the task asked for a finding is another question (``excuses``).
"""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.gates.tests_intact import config, config_runs, paths, python, source, text
from tierwise.gates.tests_intact.compare import compare
from tierwise.gates.tests_intact.model import Finding, TestCase
from tierwise.git.snapshot import Change


def find_weakened(changes: Iterable[Change], *, alone: bool = False) -> list[Finding]:
    """Find what speaks against a change, in the order of the paths.

    ``alone``: nothing else tells of this change, so that a test may not expect another value although the code changed.
    """
    before: list[TestCase] = []
    after: list[TestCase] = []
    found: list[Finding] = []
    gone = _symbols_gone(changes := list(changes))
    for change in changes:
        old_path = change.old_path or change.path
        if paths.is_snapshot(change.path) or paths.is_snapshot(old_path):
            if change.before is not None and change.before != change.after:
                found.append(
                    Finding(change.path, "snapshot", "an expected output was rewritten or removed")
                )
        elif _is_test(change):
            before += _read_tests(old_path, change.before)
            after += _read_tests(change.path, change.after)
            found += source.find_silenced(change.path, change.before, change.after)
            found += _find_loosened_hooks(change)
        elif paths.is_config(change.path):
            found += config.loosened(change.path, change.before, change.after)
        else:
            found += source.find_silenced(change.path, change.before, change.after)
    found += config_runs.no_longer_run(changes)
    code_changed = any(paths.is_subject(change.path) for change in changes)
    found += compare(before, after, gone, code=code_changed and not alone)
    return found


def _find_loosened_hooks(change: Change) -> list[Finding]:
    """What hooks of pytest that stand beside the tests let pass now."""
    if not change.path.endswith("conftest.py"):
        return []
    return config.loosened(change.path, change.before, change.after)


def _is_test(change: Change) -> bool:
    """Whether a file has tests: by its name; in Rust also by what it says, for unit tests live beside the code."""
    if paths.is_test(change.path) or paths.is_test(change.old_path or change.path):
        return True
    return change.path.endswith(".rs") and any(
        b"#[test]" in (data or b"") for data in (change.before, change.after)
    )


def _read_tests(path: str, data: bytes | None) -> list[TestCase]:
    if data is None:
        return []
    content = data.decode("utf-8", "replace")
    return (
        python.read_tests(path, content) if path.endswith(".py") else text.read_tests(path, content)
    )


def _symbols_gone(changes: list[Change]) -> frozenset[str]:
    """Names that the change removed from the code itself: their tests may honestly go too."""
    before: set[str] = set()
    after: set[str] = set()
    for change in changes:
        if not paths.is_test(change.path):
            before |= source.symbols(change.before)
            after |= source.symbols(change.after)
    return frozenset(before - after)
