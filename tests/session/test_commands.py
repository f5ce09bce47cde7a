"""Slash commands."""

from __future__ import annotations

from tierwise.session.commands import hands_over, read_command


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
