"""What a person typed, in the client's words."""

from __future__ import annotations

import pytest

from tierwise.transcripts.typed import is_command, read_typed

TAKEN_APART = (
    "<command-message>tierwise:handoff</command-message>\n"
    "<command-name>/tierwise:handoff</command-name>\n<command-args>mid</command-args>"
)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (TAKEN_APART, "/tierwise:handoff mid"),
        ("<command-name>/clear</command-name>\n<command-args></command-args>", "/clear"),
        ("<command-name>review</command-name>", "/review"),
    ],
)
def test_a_command_that_the_client_took_apart_is_what_was_typed(text: str, typed: str) -> None:
    assert read_typed(text) == typed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fix it",
        "/handoff",
        "say <command-name>x</command-name>",
        "<command-message>x</command-message>",
    ],
)
def test_other_words_are_as_they_were(text: str) -> None:
    assert read_typed(text) == text


@pytest.mark.parametrize("text", ["/clear", "/tierwise:handoff mid", "/speckit.plan\nthe report"])
def test_a_name_behind_a_slash_is_a_command(text: str) -> None:
    assert is_command(text)


@pytest.mark.parametrize(
    "text", ["", "clear", "/src/auth/login.py lets anyone in", "//", " /clear"]
)
def test_a_path_is_none(text: str) -> None:
    assert not is_command(text)
