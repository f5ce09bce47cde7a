"""What the person has decided about a conversation's routing, as its record tells."""

from __future__ import annotations

import pytest

from tierwise.session.standing import Standing
from tierwise.transcripts.turns import RecordedTurn, ToolUse

OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-5-5"


def said(text: str, model: str = OPUS, ran: str = "", *, failed: bool = False) -> RecordedTurn:
    """A turn; without a model nobody answered it."""
    tools = [ToolUse("t", "Bash", ran, failed=failed)] if ran else []
    calls = ["c"] if model else []
    return RecordedTurn("s", 0, "", text, "", model=model, tools=tools, call_ids=calls)


def replay(*turns: RecordedTurn) -> list[tuple[bool, str]]:
    """Whether each turn keeps its models, and the tier that is pinned when it begins."""
    standing = Standing()
    found = []
    for turn in turns:
        pinned = standing.pinned
        found.append((standing.begin_turn(turn), pinned))
        standing.end_turn(turn)
    return found


def test_a_model_that_the_person_chose_ends_routing_until_they_say_so() -> None:
    turns = [
        said("go"),
        said("/model haiku", ""),
        said("go", HAIKU),
        said("go", HAIKU),
        said("/tierwise:session resume", HAIKU, "tierwise session resume"),
        said("go", HAIKU),
    ]
    assert [kept for kept, _ in replay(*turns)] == [False, False, True, True, True, False]


@pytest.mark.parametrize("choice", ["/model", "/model opus"])
def test_the_same_model_chosen_again_ends_nothing(choice: str) -> None:
    assert replay(said("go"), said(choice, ""), said("go"))[-1] == (False, "")


def test_a_tier_that_was_named_for_a_turn_says_nothing_of_the_sessions_model() -> None:
    standing = Standing()
    assert not standing.begin_turn(said("go"))
    standing.begin_turn(said("[tier: light] go", HAIKU), "light")
    standing.begin_turn(said("/model haiku", ""))
    assert standing.begin_turn(said("go", HAIKU))


def test_a_model_chosen_before_the_first_turn_ends_nothing() -> None:
    assert replay(said("/model haiku", ""), said("go", HAIKU))[-1] == (False, "")


def test_another_model_without_a_choice_ends_nothing() -> None:
    assert replay(said("go"), said("go", HAIKU))[-1] == (False, "")


def test_a_command_with_a_model_of_its_own_keeps_it_for_its_turn() -> None:
    turns = [said("go"), said("/flag wrong", HAIKU), said("/explain"), said("go")]
    assert [kept for kept, _ in replay(*turns)] == [False, True, False, False]


@pytest.mark.parametrize(
    "shell", ["tierwise session pin light", "cd x && tierwise session pin light"]
)
def test_a_pin_holds_from_the_next_turn_on(shell: str) -> None:
    turns = [said("pin", ran=shell), said("go"), said("free", ran="tierwise session resume")]
    assert [pinned for _, pinned in replay(*turns, said("go"))] == ["", "light", "light", ""]


def test_a_pause_that_was_typed_into_the_shell_holds_too() -> None:
    typed = said("<bash-input>tierwise session pause</bash-input>", "")
    assert replay(said("go"), typed, said("go"))[-1] == (True, "")


@pytest.mark.parametrize(
    ("ran", "failed"),
    [("grep 'tierwise session pause' x", False), ("tierwise session pause", True)],
)
def test_what_was_not_run_decides_nothing(ran: str, failed: bool) -> None:
    assert replay(said("go", ran=ran, failed=failed), said("go"))[-1] == (False, "")
