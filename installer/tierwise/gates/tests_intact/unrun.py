"""New lines that bend a run of the tests: a run would give them away, and where there is none they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.reading.paths import is_code, is_config
from tierwise.gates.reading.watching import WATCHING
from tierwise.gates.tests_intact.config import ALWAYS_LENIENT
from tierwise.gates.tests_intact.model import Finding
from tierwise.gates.tests_intact.new_lines import (
    Line,
    Sign,
    list_new_lines,
    split_lines,
)
from tierwise.gates.tests_intact.stand_ins import find_mocked_subject
from tierwise.git.snapshot import Change

_ENDS_RUN = Sign(
    re.compile(
        r"\bos\._exit\(\s*0|\bsys\.exit\(\s*0?\s*\)|\bprocess\.exit\(\s*0?\s*\)|\bos\.Exit\(0\)"
        r"|pytest\.exit\("
    ),
    "bypass",
    "ends the test run early",
)
_BENDS_REPORTS = Sign(
    re.compile(
        r"def pytest_(?:runtest_makereport|runtest_call|pyfunc_call|sessionfinish|report_teststatus)\b"
    ),
    "bypass",
    "bends how tests are reported",
)
_WATCHES = Sign(
    WATCHING,
    "bypass",
    "behaves otherwise under test",
)
_STARTS_LENIENT = Sign(
    re.compile(ALWAYS_LENIENT, re.I),
    "config",
    "lets checks pass",
)
# Systems, processors and versions are honest conditions.
_GO_PLATFORM = (
    r"(?:linux|darwin|windows|unix|\w*bsd|js|wasm|wasip1|amd64|arm64|arm|386|cgo|race|go1[\w.]*)"
)
_WANTS_TAG = Sign(
    re.compile(rf"^//go:build\s(?!(?:[\s!&|()]|\b{_GO_PLATFORM}\b)*$)"),
    "skipped",
    "tests are built only with a tag",
)
_WANTS_FEATURE = Sign(
    re.compile(r"#\[cfg\(all\((?=.*\btest\b).*\bfeature\b"),
    "skipped",
    "tests are built only with a feature",
)
_RUST_TESTS = b"#[cfg(test)]"
# Python, Rust, Java, C++.
_ALWAYS_EQUAL = re.compile(
    rb"def __(?:eq|ne|lt|le|gt|ge)__\([^)]{0,300}\)[^:]{0,300}:\s*return (?:True|False)\b"
    rb"|fn eq\([^)]{0,300}\)\s*->\s*bool\s*\{\s*(?:let _\w* = [^;{}]*;\s*)*true\b"
    rb"|boolean equals\([^)]{0,300}\)\s*\{\s*return true\b"
    rb"|operator\s*==\s*\([^)]{0,300}\)[^{]{0,300}\{\s*return true\b"
)


def find_bent_run(
    change: Change,
    *,
    has_tests: bool,
) -> Iterator[Finding]:
    """Find what new lines of a file do to a run of the tests.  ``has_tests``: whether it is one of theirs."""
    path, before, after = change.path, change.before, change.after
    lines = list_new_lines(
        split_lines(before),
        split_lines(after),
    )
    if has_tests:
        yield from _ENDS_RUN.find(path, lines)
        yield from _find_unbuilt(change, lines)
        yield from find_mocked_subject(path, before, after)
        if before is None and path.endswith("conftest.py"):
            yield from _BENDS_REPORTS.find(path, lines)
    elif is_config(path):
        if before is None:
            yield from _STARTS_LENIENT.find(path, lines)
    elif is_code(path):
        yield from _WATCHES.find(path, lines)
        if _count_always_equal(after) > _count_always_equal(before):
            yield Finding(
                path,
                "bypass",
                "an equality that is always true",
            )


def _find_unbuilt(
    change: Change,
    lines: list[Line],
) -> Iterator[Finding]:
    """Find tests that were always built, and now only where somebody names a tag or a feature."""
    path, before, after = change.path, change.before, change.after
    if before is None or after is None:
        return
    if path.endswith(".go"):
        yield from _WANTS_TAG.find(path, lines)
    if path.endswith(".rs") and after.count(_RUST_TESTS) < before.count(_RUST_TESTS):
        yield from _WANTS_FEATURE.find(path, lines)


def _count_always_equal(data: bytes | None) -> int:
    return len(_ALWAYS_EQUAL.findall(data or b""))
