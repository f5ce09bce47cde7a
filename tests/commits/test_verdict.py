"""What is told of a message as a whole."""

from __future__ import annotations

import pytest

from tierwise.commits.parse import Header, read_body, read_header
from tierwise.commits.verdict import is_breaking


@pytest.mark.parametrize(
    ("message", "breaks"),
    [
        ("feat!: x", True),
        ("feat: x\n\nBREAKING CHANGE: y", True),
        ("feat: x\n\nBREAKING-CHANGE: y", True),
        ("feat: x\n\nThis is no BREAKING CHANGE: y", False),
        ("feat: x", False),
    ],
)
def test_a_breaking_change_is_said_by_mark_or_footer(message: str, breaks: bool) -> None:
    lines = message.split("\n")
    header = read_header(lines[0])
    assert isinstance(header, Header)
    assert is_breaking(header, read_body(lines)) is breaks
