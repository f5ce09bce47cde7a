"""Slash commands."""

from __future__ import annotations

import pytest

from tierwise.session.commands import hands_over, read_command

LADDER = ("light", "mid", "frontier")


@pytest.mark.parametrize(
    ("typed", "tier"),
    [
        ("/fix [tier: light] the third item", "light"),
        ("/fix the third item", ""),
        ("/fix", ""),
        ("/fix [tier: huge] the third item", ""),
        ("/light the third item", "light"),
        ("/tierwise:mid", "mid"),
        ("/mid [tier: frontier] the third item", "frontier"),
        ("/other:light the third item", ""),
    ],
)
def test_a_command_or_its_arguments_may_name_a_tier(typed: str, tier: str) -> None:
    reading = read_command(typed, LADDER)
    assert (reading.requested, reading.kind) == (tier, "")


def test_only_a_handoff_hands_over() -> None:
    assert hands_over("/handoff")
    assert hands_over("/tierwise:handoff mid")
    assert not hands_over("")
    assert not hands_over("Write a /handoff")
    assert not hands_over("/handoffs")
