"""git's clean-up, held against git itself."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.repository import git_environment

from tierwise.checks.commit_clean import automatic_comment, clean, has_gits_scissors, is_settled, mode_of, numbered

LINES = st.lists(
    st.sampled_from([b"", b" ", b"\t", b"x", b"x ", b"# y", b" # z", b"\r", b"y\r", b"\x0c", b"\xff"]), max_size=12
)
RAW = LINES.map(b"\n".join) | st.binary(max_size=40).filter(lambda raw: b"\0" not in raw)


def git_stripspace(raw: bytes, *options: str) -> bytes:
    call = ["git", "stripspace", *options]
    return subprocess.run(call, input=raw, env=git_environment(), capture_output=True, check=True).stdout


@settings(max_examples=60, deadline=None)
@given(RAW)
def test_whitespace_mode_is_gits_stripspace(raw: bytes) -> None:
    assert clean(raw, "whitespace", b"#", False)[0] == git_stripspace(raw)


@settings(max_examples=60, deadline=None)
@given(RAW)
def test_strip_mode_is_gits_stripspace_without_comments(raw: bytes) -> None:
    assert clean(raw, "strip", b"#", False)[0] == git_stripspace(raw, "--strip-comments")


@settings(max_examples=300, deadline=None)
@given(RAW, st.sampled_from(["strip", "whitespace", "scissors", "verbatim"]), st.booleans())
def test_a_settled_message_is_the_same_in_every_mode(raw: bytes, mode: str, verbose: bool) -> None:
    if is_settled(raw):
        assert clean(raw, mode, b"#", verbose)[0] == raw


@settings(max_examples=300, deadline=None)
@given(RAW, st.sampled_from(["strip", "whitespace"]))
def test_cleaning_twice_changes_nothing_more(raw: bytes, mode: str) -> None:
    once = clean(raw, mode, b"#", False)[0]
    assert clean(once, mode, b"#", False)[0] == once


def test_lines_keep_the_numbers_they_had_in_the_file() -> None:
    assert clean(b"\n# a\nfeat: x\n\n\n# b\nbody\n", "strip", b"#", False) == (b"feat: x\n\nbody\n", [3, 5, 7])


SCISSORS = b"# ------------------------ >8 ------------------------"


def test_scissors_count_only_alone_on_their_line() -> None:
    text = b"feat: x\n\nsee " + SCISSORS + b"\n" + SCISSORS + b"y\n"
    assert clean(text, "scissors", b"#", True)[0] == text
    assert clean(b"feat: x\n" + SCISSORS + b"\ndiff\n", "scissors", b"#", False)[0] == b"feat: x\n"


def test_scissors_are_text_where_git_does_not_cut() -> None:
    text = b"feat: x\n" + SCISSORS + b"\ndiff\n"
    assert clean(text, "whitespace", b"#", False)[0] == text
    assert clean(text, "whitespace", b"#", True)[0] == b"feat: x\n"


@pytest.mark.parametrize(
    ("configured", "editor", "mode"),
    [
        ("", True, "strip"),
        ("", False, "whitespace"),
        ("default", True, "strip"),
        ("default", False, "whitespace"),
        ("scissors", True, "scissors"),
        ("scissors", False, "whitespace"),
        ("verbatim", True, "verbatim"),
        ("strip", False, "strip"),
    ],
)
def test_the_mode_depends_on_the_editor_where_git_says_so(configured: str, editor: bool, mode: str) -> None:
    assert mode_of(configured, editor) == mode


def test_the_automatic_comment_character_is_read_off_gits_own_lines() -> None:
    assert automatic_comment(numbered(b"feat: x\n#1\n; Please enter the message\n")) == b";"
    scissors = b"; ------------------------ >8 ------------------------\n"
    assert automatic_comment(numbered(b"#x\n" + scissors + b"; Do not modify\n+a\n")) == b";"
    assert automatic_comment(numbered(scissors + b"pasted\n# Please enter\n")) == b"#"
    assert automatic_comment(numbered(b"feat: x\n")) == b"#"
    assert automatic_comment([]) == b"#"


def test_scissors_are_gits_own_when_its_hints_stand_below_them() -> None:
    scissors = b"# ------------------------ >8 ------------------------\n"
    assert has_gits_scissors(numbered(b"feat: x\n" + scissors + b"# Do not modify\n+a\n"), b"#")
    assert not has_gits_scissors(numbered(b"feat: x\n" + scissors + b"+a\n"), b"#")
    assert not has_gits_scissors(numbered(b"feat: x\n" + scissors), b"#")
    assert not has_gits_scissors(numbered(b"feat: x\n" + scissors + b"# Do not modify\n+a\n"), b";")
