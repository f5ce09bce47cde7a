"""Slash commands, in the client's words."""

from __future__ import annotations

import pytest

from tierwise.session.commands import hands_over, read_command, read_typed

TAKEN_APART = (
    "<command-message>tierwise:handoff</command-message>\n"
    "<command-name>/tierwise:handoff</command-name>\n<command-args>mid</command-args>"
)


def test_a_command_that_the_client_took_apart_is_what_was_typed() -> None:
    assert read_typed(TAKEN_APART) == "/tierwise:handoff mid"
    assert read_typed("<command-name>/clear</command-name>") == "/clear"


@pytest.mark.parametrize("text", ["", "Fix it", "/handoff", "say <command-name>x</command-name>"])
def test_other_words_are_as_they_were(text: str) -> None:
    assert read_typed(text) == text


def test_a_commands_arguments_may_name_a_tier() -> None:
    assert read_command("/fix [tier: light] the third item").requested == "light"
    assert read_command("/fix the third item").requested == ""
    assert read_command("/fix").kind == ""


def test_only_a_handoff_hands_over() -> None:
    assert hands_over("/handoff")
    assert hands_over("/tierwise:handoff mid")
    assert not hands_over("")
    assert not hands_over("Write a /handoff")
    assert not hands_over("/handoffs")
