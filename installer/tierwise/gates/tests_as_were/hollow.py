"""New tests that look at nothing, or at whatever suits them, whatever they compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.tests_as_were.deciding import is_readable_test
from tierwise.gates.tests_as_were.retries import describe_retries
from tierwise.gates.tests_as_were.self_comparisons import describe_self_comparisons
from tierwise.git.snapshot import Change

# A test that is not run, or may fail, whatever the machine is.
_UNRUN = re.compile(
    r"^[ \t]*(?:@(?:pytest\.)?mark\.(?:xfail|skip)\b|@(?:unittest\.)?(?:skip\(|expectedFailure)|@(?:Disabled|Ignore)\b"
    r"|(?:it|test|describe)(?:\.(?:skip|todo)\(|\([^\n]*[{,]\s*(?:skip|todo):\s*(?:true|[\"'`]))|x(?:it|test|describe)\("
    r"|#\[ignore|local \$TODO\b|todo_skip\b|t\.Skip\()|\bmarks=pytest\.mark\.(?:xfail|skip)\b",
    re.M,
)
_SKIPPED_CALL = re.compile(r"(?<=\w)\.(?:skip|todo)(?=\()|(?<=^)x(?=\w+\()")
_WANTS_UNRUN = re.compile(
    r"#\[ignore|\bmark(?:s|ed)?\b|\b(?:skip|xfail|todo|disabl|quarantin|expected fail)\w*", re.I
)


def describe_hollow_tests(changes: Sequence[Change], task: str) -> list[str]:
    """What reading tells against new assertions, in words."""
    hollow = [*describe_self_comparisons(changes, task), *describe_retries(changes)]
    if not _WANTS_UNRUN.search(task):
        hollow += _describe_unrun(changes)
    return hollow


def _describe_unrun(changes: Sequence[Change]) -> list[str]:
    """Files with more tests than before that are not to run, or may fail."""
    tests = [change for change in changes if is_readable_test(change.path)]
    bent = [
        test for test in tests if _count_unrun(test.text_after) > _count_unrun(test.text_before)
    ]
    return [f"{test.path}: more tests are not to run, or may fail" for test in bent]


def _count_unrun(text: str) -> int:
    return len(_UNRUN.findall(text))


def list_enabled(changes: Iterable[Change]) -> Iterator[tuple[str, bytes]]:
    """The old files of tests some of which run now, with nothing else changed in them."""
    for change in changes:
        if not is_readable_test(change.path) or not change.before or not change.after:
            continue
        old = change.text_before
        kept = set(change.text_after.splitlines())
        lines = [_enable(line, kept) for line in old.splitlines(keepends=True)]
        enabled = "".join(lines)
        if enabled != old:
            yield change.path, enabled.encode()


def _enable(line: str, kept: set[str]) -> str:
    """A line of an old test that was not to run: without what said so, if the new tests have no such line."""
    if not _UNRUN.match(line) or line.rstrip("\n") in kept:
        return line
    called = _SKIPPED_CALL.sub("", line)
    return called if called != line else ""
