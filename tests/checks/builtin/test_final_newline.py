"""The newline at the end of a file."""

from __future__ import annotations

import pytest
from tests.support.checks import find_lines


@pytest.mark.parametrize(
    ("text", "faults"), [("a\n", 0), ("", 0), ("a", 1), ("a\n\n", 1), ("a\r\n\r\n", 1), ("\n", 0)]
)
def test_a_file_ends_with_one_newline(text: str, faults: int) -> None:
    assert len(find_lines("final-newline", "a.txt", text)) == faults
