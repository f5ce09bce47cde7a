"""Conflict markers that were left in a file."""

from __future__ import annotations

import re

from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.domain.change import Change, Finding

# `=======` alone may be a heading's underline, so it counts only beside one of the others.
_MARKER = re.compile(
    rb"^(?:(?:<{7}|\|{7}|>{7})(?= |\r?$)|={7}(?=\r?$)).*",
    re.MULTILINE,
)
_SEPARATOR = b"======="


def find_markers(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return one finding for each marker line."""
    found = list(_MARKER.finditer(data))
    if all(match[0].rstrip(b"\r") == _SEPARATOR for match in found):
        return []
    return [
        Finding(
            change.path,
            f"conflict marker `{match[0][:7].decode()}`",
            data.count(b"\n", 0, match.start()) + 1,
            column=1,
            evidence=match[0],
        )
        for match in found
    ]


CHECK = ContentCheck(
    name="conflict-markers",
    meaning="conflict markers left in a file",
    fix="finish the merge in these files, then `git add` them",
    find=find_markers,
)
