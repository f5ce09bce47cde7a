"""What a person's next turn tells, on a labelled set whose held-out voices no pattern was written for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tierwise.learning.reactions import FAILURES, find_reactions, join_reactions, read_reaction
from tierwise.transcripts.turns import RecordedTurn, ToolUse

SET = Path(__file__).parents[1] / "data" / "learning" / "reactions.txt"
TASK = "Write the export of invoices"


class Labelled(NamedTuple):
    label: str
    text: str
    is_held_out: bool


def read_set() -> list[Labelled]:
    found = []
    held_out = False
    for line in SET.read_text("utf-8").splitlines():
        if line.startswith("=="):
            held_out = "held out" in line
        elif not line.startswith("#"):
            label, _, text = line.partition(": ")
            found.append(Labelled(label, text, held_out))
    return found


def measure_failures(lines: list[Labelled]) -> tuple[float, float]:
    """Precision and coverage of "failure"."""
    said = [line for line in lines if read_reaction(line.text, TASK) in FAILURES]
    right = [line for line in said if line.label in FAILURES]
    failures = [line for line in lines if line.label in FAILURES]
    return len(right) / len(said), len(right) / len(failures)


def turn(number: int, text: str, interrupted: bool = False) -> RecordedTurn:
    started = f"2026-11-02T10:{number:02d}:00.000Z"
    return RecordedTurn("s", number, started, text, "", is_interrupted=interrupted)


def spawn(call: str, minute: int) -> dict[str, object]:
    return {"tool_use_id": call, "time": f"2026-11-02T10:{minute:02d}:30.000Z"}


def test_the_set_is_large_enough_and_a_third_is_held_out() -> None:
    lines = read_set()
    assert len(lines) >= 300
    assert 3 * sum(line.is_held_out for line in lines) >= len(lines)


def test_failure_on_voices_that_no_pattern_was_written_for() -> None:
    precision, coverage = measure_failures([line for line in read_set() if line.is_held_out])
    assert precision >= 0.9
    assert coverage >= 0.6


def test_failure_on_the_voices_that_the_patterns_were_written_with() -> None:
    precision, coverage = measure_failures([line for line in read_set() if not line.is_held_out])
    assert precision >= 0.95
    assert coverage >= 0.8


@pytest.mark.parametrize("held_out", [False, True])
def test_thanks_are_rarely_said_by_somebody_who_is_not_content(held_out: bool) -> None:
    lines = [line for line in read_set() if line.is_held_out is held_out]
    said = [line for line in lines if read_reaction(line.text, TASK) == "thanks"]
    assert sum(line.label == "thanks" for line in said) >= 0.9 * len(said)


@pytest.mark.parametrize(
    ("text", "reaction"),
    [
        (TASK + ".", "repeat"),
        ("write  the export of INVOICES", "repeat"),
        ("Write the import of customers", None),
        ("/compact it still fails", None),
        ("ok now how am i meant to get a code?", None),
        ("i meant the other one", "correction"),
        ("```\nstill failing\n```", None),
        ("x " * 200 + "it still fails", None),
        ("", None),
    ],
)
def test_what_is_a_repeat_and_what_tells_nothing(text: str, reaction: str | None) -> None:
    assert read_reaction(text, TASK) == reaction


def test_two_short_words_twice_are_no_repeat() -> None:
    assert read_reaction("go on", "go on") is None


def test_a_reaction_is_the_next_turn_s_and_an_interrupt_the_turn_s_own() -> None:
    turns = [turn(0, TASK), turn(1, "it still fails"), turn(2, "add a test", interrupted=True)]
    found = [(one.number, reaction) for one, reaction in find_reactions(turns)]
    assert found == [(0, "failing"), (2, "interrupt")]


def test_a_reaction_is_joined_to_the_spawns_of_its_turn() -> None:
    turns = [turn(0, TASK), turn(5, "thanks"), turn(9, "still red")]
    rows = list(join_reactions(turns, [spawn("a", 2), spawn("b", 6), spawn("c", 7)]))
    assert [(row["tool_use_id"], row["reaction"], row["shared"]) for row in rows] == [
        ("a", "thanks", False),
        ("b", "failing", True),
        ("c", "failing", True),
    ]


def test_a_reaction_is_joined_to_the_routed_turn_and_its_tests_are_read() -> None:
    turns = [turn(0, TASK), turn(5, "still red"), turn(9, "add a test")]
    turns[1].tools = [
        ToolUse("a", "Bash", "pytest -q", failed=True),
        ToolUse("b", "Edit", "pytest.ini"),
        ToolUse("c", "Bash", "pytest -q"),
    ]
    told = {"row": "turn", "time": "2026-11-02T10:04:00.000Z", "turn": "p1"}
    later = {**told, "time": "2026-11-02T10:08:59.000Z", "turn": "p2"}
    assert list(join_reactions(turns, [told, later])) == [
        {"row": "tests", "turn": "p2", "before": "failed", "after": "passed"},
        {"row": "reaction", "turn": "p1", "reaction": "failing", "shared": False},
    ]


def test_a_spawn_from_before_the_conversation_is_nobody_s() -> None:
    assert list(join_reactions([turn(5, TASK), turn(6, "thanks")], [spawn("a", 1)])) == []


def test_the_same_words_after_no_answer_send_the_task_off_again() -> None:
    unanswered = turn(0, TASK)
    assert list(find_reactions([unanswered, turn(1, TASK)])) == []
    unanswered.answer = "Done."
    assert [reaction for _, reaction in find_reactions([unanswered, turn(1, TASK)])] == ["repeat"]
