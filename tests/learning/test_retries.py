"""Which spawns count as tried again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tierwise.learning.retries import Retry, find_retries
from tierwise.likeness import describe_likeness

# Long enough: a sketch is drawn by a key of chance, and one of few words may miss the likeness by it.
PROMPT = (
    "Write the parser for `since` in cli/window.py, with tests in tests/cli/test_window.py; dates count whole. "
    "Read docs/cli.md first, keep the names of options as they are, and say in the changelog what a person sees."
)


@dataclass
class Sent:
    """A spawn as the ledger tells of it."""

    id: str
    likeness: str
    task: str
    time: str = "2026-11-02T10:00:00.000Z"
    session: str = "s"
    turn: str = ""


@pytest.fixture
def pair(tmp_path: Path) -> list[Sent]:
    """A spawn, and half an hour later the same one in other words."""
    first = describe_likeness(str(tmp_path), "Parse since", PROMPT)
    again = describe_likeness(str(tmp_path), "Parse since again", f"It is still red. {PROMPT}")
    return [Sent("1", first, "a"), Sent("2", again, "b", "2026-11-02T10:30:00.000Z")]


def find(spawns: list[Sent], ends: dict[str, str] | None = None) -> list[Retry]:
    return list(find_retries(spawns, ends or {}))


def test_the_same_task_in_other_words_is_a_retry(pair: list[Sent]) -> None:
    (retry,) = find(pair)
    assert (retry.before.id, retry.after.id, retry.is_reworded) == ("1", "2", True)


def test_the_same_prompt_is_one_whatever_its_likeness(pair: list[Sent]) -> None:
    pair[1].task = "a"
    pair[0].likeness = pair[1].likeness = ""
    (retry,) = find(pair)
    assert not retry.is_reworded


def test_rows_from_before_it_was_kept_are_no_retries_in_other_words(pair: list[Sent]) -> None:
    pair[0].likeness = ""
    assert find(pair) == []


def test_another_session_or_a_later_hour_is_none(pair: list[Sent]) -> None:
    pair[1].session = "other"
    assert find(pair) == []
    pair[1].session, pair[1].time = "s", "2026-11-02T11:00:00.100Z"
    assert find(pair) == []


def test_side_by_side_is_none(pair: list[Sent]) -> None:
    assert find(pair, {"1": "2026-11-02T10:40:00.000Z"}) == []
    pair[0].turn = pair[1].turn = "p"
    assert find(pair) == []


def test_of_two_such_tasks_the_newest_that_had_ended_counts(pair: list[Sent]) -> None:
    between = Sent("3", pair[0].likeness, "c", "2026-11-02T10:05:00.000Z")
    ends = {"1": "2026-11-02T10:04:00.000Z", "3": "2026-11-02T11:00:00.000Z"}
    found = find([pair[1], between, pair[0]], ends)
    assert [(retry.before.id, retry.after.id) for retry in found] == [("1", "3"), ("1", "2")]
