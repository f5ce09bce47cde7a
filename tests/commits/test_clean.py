"""git's clean-up, held against git itself."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.repository import git_environment

from tierwise.commits.clean import (
    automatic_comment,
    clean,
    has_gits_scissors,
    is_settled,
    line_numbers,
    mode_of,
)

LINES = st.lists(
    st.sampled_from(
        [b"", b" ", b"\t", b"x", b"x ", b"# y", b" # z", b"\r", b"y\r", b"\x0c", b"\xff"]
    ),
    max_size=12,
)
RAW = LINES.map(b"\n".join) | st.binary(max_size=40).filter(lambda raw: b"\0" not in raw)


def git_stripspace(raw: bytes, *options: str) -> bytes:
    call = ["git", "stripspace", *options]
    return subprocess.run(
        call, input=raw, env=git_environment(), capture_output=True, check=True
    ).stdout


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(RAW)
def test_whitespace_mode_is_gits_stripspace(raw: bytes) -> None:
    assert clean(raw, "whitespace", b"#", False) == git_stripspace(raw)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(RAW)
def test_strip_mode_is_gits_stripspace_without_comments(raw: bytes) -> None:
    assert clean(raw, "strip", b"#", False) == git_stripspace(raw, "--strip-comments")


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(RAW, st.sampled_from(["strip", "whitespace", "scissors", "verbatim"]), st.booleans())
def test_a_settled_message_is_the_same_in_every_mode(raw: bytes, mode: str, verbose: bool) -> None:
    if is_settled(raw):
        assert clean(raw, mode, b"#", verbose) == raw


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(RAW, st.sampled_from(["strip", "whitespace"]))
def test_cleaning_twice_changes_nothing_more(raw: bytes, mode: str) -> None:
    once = clean(raw, mode, b"#", False)
    assert clean(once, mode, b"#", False) == once


def test_lines_keep_the_numbers_they_had_in_the_file() -> None:
    raw = b"\n# a\nfeat: x\n\n\n# b\nbody\n"
    stored = clean(raw, "strip", b"#", False)
    assert stored == b"feat: x\n\nbody\n"
    assert line_numbers(raw, stored, 9) == [3, 4, 7]
    assert line_numbers(raw, stored, 2) == [3, 4]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(RAW, st.sampled_from(["strip", "whitespace", "scissors", "verbatim"]), st.booleans())
def test_every_line_of_the_message_is_found_in_the_file_at_its_number(
    raw: bytes, mode: str, verbose: bool
) -> None:
    stored = clean(raw, mode, b"#", verbose)
    kept = stored.split(b"\n")[:-1]
    numbers = line_numbers(raw, stored, len(raw) + 1)
    assert numbers == sorted(set(numbers))
    there = [raw.split(b"\n")[number - 1] for number in numbers]
    assert kept == (there if mode == "verbatim" else [line.rstrip(b" \t\r") for line in there])


SCISSORS = b"# ------------------------ >8 ------------------------"


def test_scissors_count_only_alone_on_their_line() -> None:
    text = b"feat: x\n\nsee " + SCISSORS + b"\n" + SCISSORS + b"y\n"
    assert clean(text, "scissors", b"#", True) == text
    assert clean(b"feat: x\n" + SCISSORS + b"\ndiff\n", "scissors", b"#", False) == b"feat: x\n"


def test_scissors_are_text_where_git_does_not_cut() -> None:
    text = b"feat: x\n" + SCISSORS + b"\ndiff\n"
    assert clean(text, "whitespace", b"#", False) == text
    assert clean(text, "whitespace", b"#", True) == b"feat: x\n"


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
def test_the_mode_depends_on_the_editor_where_git_says_so(
    configured: str, editor: bool, mode: str
) -> None:
    assert mode_of(configured, editor) == mode


def test_the_automatic_comment_character_is_read_off_gits_own_lines() -> None:
    assert automatic_comment(b"feat: x\n#1\n; Please enter the message\n") == b";"
    scissors = b"; ------------------------ >8 ------------------------\n"
    assert automatic_comment(b"#x\n" + scissors + b"; Do not modify\n+a\n") == b";"
    assert automatic_comment(scissors + b"pasted\n# Please enter\n") == b"#"
    assert automatic_comment(b"feat: x\n") == b"#"
    assert automatic_comment(b"") == b"#"


def test_scissors_are_gits_own_when_its_hints_stand_below_them() -> None:
    scissors = b"# ------------------------ >8 ------------------------\n"
    assert has_gits_scissors(b"feat: x\n" + scissors + b"# Do not modify\n+a\n", b"#")
    assert not has_gits_scissors(b"feat: x\n" + scissors + b"+a\n", b"#")
    assert not has_gits_scissors(b"feat: x\n" + scissors, b"#")
    assert not has_gits_scissors(b"feat: x\n" + scissors + b"# Do not modify\n+a\n", b";")
