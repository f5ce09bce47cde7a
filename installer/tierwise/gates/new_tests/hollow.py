"""New tests that look at nothing, or at whatever suits them, whatever they compare."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tierwise.gates.new_tests.blurred import describe_blurred
from tierwise.gates.new_tests.retries import describe_retries
from tierwise.gates.new_tests.self_comparisons import describe_self_comparisons
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.git.snapshot import TreeChange

# With no condition: nothing, a reason, or what is always true.
_XFAIL = r"xfail\b(?!\(\s*(?!(?!condition)\w+\s*=[^=]|True\b|1\b|[\"')])\S)"
# A test that is not run, or may fail, whatever the machine is.
_UNRUN = re.compile(
    rf"^[ \t]*(?:@(?:pytest\.)?mark\.(?:skip\b|{_XFAIL})|@(?:unittest\.)?(?:skip\(|expectedFailure)|@(?:Disabled|Ignore)\b"
    r"|(?:it|test|describe)(?:\.(?:skip|todo)\(|\([^\n]*[{,]\s*(?:skip|todo):\s*(?:true|[\"'`]))|x(?:it|test|describe)\("
    rf"|#\[ignore|local \$TODO\b|todo_skip\b)|^(?:\t| {{4}})t\.Skip\(|\bmarks=pytest\.mark\.(?:skip\b|{_XFAIL})",
    re.M,
)
_WANTS_UNRUN = re.compile(
    r"#\[ignore|\bmark(?:s|ed)?\b|\b(?:skip|xfail|todo|disabl|quarantin|expected fail)\w*", re.I
)


def describe_hollow_tests(
    changes: Sequence[TreeChange],
    task: str,
) -> list[str]:
    """Describe what reading tells against new assertions."""
    hollow = [
        *describe_self_comparisons(changes, task),
        *describe_retries(changes),
        *describe_blurred(changes, task),
    ]
    if not _WANTS_UNRUN.search(task):
        hollow += _describe_unrun(changes)
    return hollow


def _describe_unrun(changes: Sequence[TreeChange]) -> list[str]:
    """Describe files with more tests that are not to run, or may fail, if all files together have more."""
    more = {
        change.path: _count_unrun(change.text_after) - _count_unrun(change.text_before)
        for change in changes
        if is_readable_test(change.path)
    }
    if sum(more.values()) <= 0:
        return []
    return [f"{path}: more tests are not to run, or may fail" for path in more if more[path] > 0]


def _count_unrun(text: str) -> int:
    return len(_UNRUN.findall(text))
