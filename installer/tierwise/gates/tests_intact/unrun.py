"""New lines that bend a run of the tests: a run would give them away, and where there is none they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.reading.paths import is_code, is_config
from tierwise.gates.reading.watching import WATCHING
from tierwise.gates.tests_intact.config import ALWAYS_LENIENT
from tierwise.gates.tests_intact.model import Weakening
from tierwise.gates.tests_intact.new_lines import (
    LineSign,
    list_new_lines,
    split_lines,
)
from tierwise.git.snapshot import TreeChange

_BENDS_REPORTS = LineSign(
    re.compile(
        r"def pytest_(?:runtest_makereport|runtest_call|pyfunc_call|sessionfinish|report_teststatus)\b"
    ),
    "bypass",
    "bends how tests are reported",
)
_WATCHES = LineSign(
    WATCHING,
    "bypass",
    "behaves otherwise under test",
)
_STARTS_LENIENT = LineSign(
    re.compile(ALWAYS_LENIENT, re.I),
    "config",
    "lets checks pass",
)
# Python, Rust, Java, C++.
_ALWAYS_EQUAL = re.compile(
    rb"def __(?:eq|ne|lt|le|gt|ge)__\([^)]{0,300}\)[^:]{0,300}:\s*return (?:True|False)\b"
    rb"|fn eq\([^)]{0,300}\)\s*->\s*bool\s*\{\s*(?:let _\w* = [^;{}]*;\s*)*true\b"
    rb"|boolean equals\([^)]{0,300}\)\s*\{\s*return true\b"
    rb"|operator\s*==\s*\([^)]{0,300}\)[^{]{0,300}\{\s*return true\b"
)


def find_bent_run(
    change: TreeChange,
    *,
    has_tests: bool,
) -> Iterator[Weakening]:
    """Find what new lines of a file do to a run of the tests.  ``has_tests``: whether it is one of theirs."""
    path, before, after = change.path, change.before, change.after
    lines = list_new_lines(
        split_lines(before),
        split_lines(after),
    )
    if has_tests:
        if before is None and path.endswith("conftest.py"):
            yield from _BENDS_REPORTS.find(path, lines)
    elif is_config(path):
        if before is None:
            yield from _STARTS_LENIENT.find(path, lines)
    elif is_code(path):
        yield from _WATCHES.find(path, lines)
        if _count_always_equal(after) > _count_always_equal(before):
            yield Weakening(
                path,
                "bypass",
                "an equality that is always true",
            )


def _count_always_equal(data: bytes | None) -> int:
    return len(_ALWAYS_EQUAL.findall(data or b""))
