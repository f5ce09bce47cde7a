"""The gate on the gate: tests deleted, skipped or weakened so that a result passes.

Reads each changed file before and after into :class:`TestCase` rows (Python by its syntax tree, other languages by
careful text) and compares; what the task itself asks for is not held against the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.model import Gate, Tree, Verdict
from tierwise.gates.tests_intact import config, config_runs, paths, python, source, text
from tierwise.gates.tests_intact.compare import compare
from tierwise.gates.tests_intact.model import Finding, TestCase
from tierwise.git.snapshot import Change

# Findings that a task may ask for in so many words.
_ASKED = {
    "snapshot": r"\b(updat|regenerat|rewrit|refresh|accept|record)\w*\b.{0,60}\b(snapshots?|golden|cassettes?)\b",
    "deleted": r"\b(remov|delet|drop)\w*\b.{0,60}\btests?\b",
    "expected": r"\b(correct|fix|mend|updat|adapt|adjust|chang)\w*\s+(?:\w+\s+){0,4}(tests?|expect\w*|assert\w*)\b"
    r"(?!.{0,12}\bpass)",
    "skipped": r"\b(skip|xfail|disabl|quarantin)\w*\b.{0,60}\btests?\b",
    "config": r"\b(lower|relax|loosen|ignor|disabl|exclud|deselect|skip)\w*\b",
}


def tests_intact_gate() -> Gate:
    """The gate ``tests-intact``."""
    return Gate("tests-intact", _check)


def findings(changes: Iterable[Change], task: str = "") -> list[Finding]:
    """What speaks against a change, in the order of the paths.  ``task``: what was asked, in words."""
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
            before += _read(old_path, change.before)
            after += _read(change.path, change.after)
            found += source.added_in_tests(change.path, change.before, change.after)
        elif paths.is_config(change.path):
            found += config.loosened(change.path, change.before, change.after)
        else:
            found += source.added_in_source(change.path, change.before, change.after)
    found += config_runs.no_longer_run(changes)
    found += compare(
        before, after, gone, code=any(paths.is_subject(change.path) for change in changes)
    )
    return [finding for finding in found if not _asked_for(finding, task)]


def _check(tree: Tree, seconds: float) -> Verdict:
    found = findings(tree.changes, tree.task)
    return Verdict(not found, "\n".join(str(finding) for finding in found))


def _is_test(change: Change) -> bool:
    """Whether a file has tests: by its name; in Rust also by what it says, for unit tests live beside the code."""
    if paths.is_test(change.path) or paths.is_test(change.old_path or change.path):
        return True
    return change.path.endswith(".rs") and any(
        b"#[test]" in (data or b"") for data in (change.before, change.after)
    )


def _read(path: str, data: bytes | None) -> list[TestCase]:
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


def _asked_for(finding: Finding, task: str) -> bool:
    pattern = _ASKED.get(finding.rule)
    return pattern is not None and re.search(pattern, task, re.I | re.S) is not None
