"""No content whatever makes a content check fail: a hook must not fall over a file."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.hooked import check_text

from tierwise.checks.languages.json_text import strip_comments
from tierwise.checks.model import ContentCheck
from tierwise.checks.registry import load_check
from tierwise.domain.check_names import BUILTIN_CHECKS

NAMES = ("a.json", "tsconfig.json", "a.yaml", "a.toml", "a.jsonl", "a.txt")
CONTENT_CHECKS = [name for name in BUILTIN_CHECKS if isinstance(load_check(name), ContentCheck)]
PIECES = st.sampled_from(
    [
        b"{",
        b"[",
        b'"',
        b"\\",
        b"//",
        b"/*",
        b"*/",
        b",",
        b":",
        b"- ",
        b"\n",
        b"\t",
        b"&a",
        b"*a",
        b"\xff",
    ]
)
BYTES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=60).map(b"".join))


@pytest.mark.parametrize("name", CONTENT_CHECKS)
@settings(max_examples=40, deadline=None)
@given(data=BYTES, path=st.sampled_from(NAMES))
@example(data=b"\xef\xbb\xbf", path="a.json")
@example(data=b"%YAML 9.9\n---\n", path="a.yaml")
@example(data=b"-----BEGIN PRIVATE KEY-----", path="a.txt")
def test_a_content_check_answers_for_any_bytes(name: str, data: bytes, path: str) -> None:
    for finding in check_text(name, path, data):
        assert finding.path == path
        assert finding.line >= 0


@settings(max_examples=60, deadline=None)
@given(data=BYTES)
def test_blanking_comments_out_moves_nothing(data: bytes) -> None:
    stripped = strip_comments(data)
    assert len(stripped) == len(data)
    assert [at for at, byte in enumerate(stripped) if byte == 10] == [
        at for at, byte in enumerate(data) if byte == 10
    ]
