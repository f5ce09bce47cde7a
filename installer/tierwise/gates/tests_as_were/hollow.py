"""New tests that look at nothing, or at whatever suits them, whatever they compare."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
