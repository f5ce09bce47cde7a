"""The lengths of a message's lines."""

from __future__ import annotations

import pytest

from tierwise.commits.lengths import has_url, utf16_length
from tierwise.commits.message import check


def test_lengths_count_characters_in_the_spec_and_utf16_units_in_commitlint() -> None:
    message = "feat: " + "🦊" * 48
    assert check(message, {"preset": "spec", "header_max_length": 60}).faults == []
    assert [fault.rule for fault in check(message, {"preset": "commitlint"}).faults] == [
        "header-max-length"
    ]
    assert utf16_length("a🦊ä") == 4


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see http://x", True),
        ("(https://x)", True),
        ("éhttps://x", True),
        ("xhttps://x", False),
        ("https:// x", False),
        ("ftp://x", False),
        ("https://", False),
        ("https:// then http://y", True),
    ],
)
def test_a_url_is_what_commitlint_takes_for_one(line: str, found: bool) -> None:
    assert has_url(line) is found
