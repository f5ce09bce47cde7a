"""JSON with comments, read as JSON."""

from __future__ import annotations

import json

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.json_comments import blank_comments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1} // b', {"a": 1}),
        ('{"url": "http://x/*y*/"}', {"url": "http://x/*y*/"}),
        ('/* "a": 1,\n */ {"b": "\\"//"}', {"b": '"//'}),
        ("[1, /**/ 2]//", [1, 2]),
    ],
)
def test_only_comments_are_blanked(text: str, value: object) -> None:
    blanked = blank_comments(text)
    assert json.loads(blanked) == value
    assert len(blanked) == len(text)
    assert blanked.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", ['"\\' * 100_000, "/*" * 100_000, '{"' * 100_000])
def test_damaged_text_takes_a_moment(text: str) -> None:
    with guard_against_hanging():
        blank_comments(text)
