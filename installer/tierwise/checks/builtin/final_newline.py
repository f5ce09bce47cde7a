"""One newline at the end of a file.  Off by default."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.domain.change import Change, Finding


def find_bad_end(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where a non-empty file ends without a newline, or with empty lines."""
    if not data:
        return []
    lines = data.count(b"\n")
    if not data.endswith(b"\n"):
        return [Finding(change.path, "no newline at the end of the file", lines + 1)]
    if data.endswith((b"\n\n", b"\n\r\n")):
        return [Finding(change.path, "empty lines at the end of the file", lines)]
    return []


CHECK = ContentCheck(
    name="final-newline",
    meaning="one newline at the end of a file",
    fix="end the file with one newline, then `git add` it",
    find=find_bad_end,
    stages=(),
)
