"""What is noted of today's spend, and when a session's start warns of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.claude_hooks import spend_note

TABLE = {"budget": {"per_day": 10.0, "warn": True}}


def test_nothing_noted_is_nothing_spent(tmp_path: Path) -> None:
    assert spend_note.spent_today(str(tmp_path)) == 0
    assert spend_note.warning(str(tmp_path), TABLE) == ""


def test_the_larger_of_the_day_s_sum_and_the_sessions_counts(tmp_path: Path) -> None:
    spend_note.note_session(str(tmp_path), "s1", 3.0, 10)
    spend_note.note_session(str(tmp_path), "s2", 2.0, 10)
    assert spend_note.spent_today(str(tmp_path)) == 5
    spend_note.note_day(str(tmp_path), 8.5)
    assert spend_note.spent_today(str(tmp_path)) == 8.5


def test_a_session_is_noted_again_only_when_it_has_grown(tmp_path: Path) -> None:
    assert spend_note.note_session(str(tmp_path), "s1", 1.0, 10)
    assert not spend_note.note_session(str(tmp_path), "s1", 1.1, 10)
    assert spend_note.note_session(str(tmp_path), "s1", 1.3, 10)


def test_a_start_warns_near_the_limit_and_past_it_if_the_policy_asks(tmp_path: Path) -> None:
    root = str(tmp_path)
    spend_note.note_day(root, 7.9)
    assert spend_note.warning(root, TABLE) == ""
    spend_note.note_day(root, 8.0)
    assert spend_note.warning(root, TABLE) == "the day's budget is near: $8.00 of $10.00"
    spend_note.note_day(root, 12.0)
    assert spend_note.warning(root, TABLE) == "the day's budget is passed: $12.00 of $10.00"
    assert spend_note.warning(root, {"budget": {"per_day": 10.0, "warn": False}}) == ""


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"day": "2001-01-01", "spent": 99, "sessions": {}}']
)
def test_yesterday_s_note_and_a_broken_one_count_nothing(tmp_path: Path, text: str) -> None:
    spend_note.note_day(str(tmp_path), 1.0)
    (tmp_path / ".tierwise" / "local" / "spend.json").write_text(text)
    assert spend_note.spent_today(str(tmp_path)) == 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The day on the machine's clock, to be changed."""
    day = ["2026-11-27"]
    monkeypatch.setattr(spend_note, "today", lambda: day[0])
    return day


def test_what_a_session_cost_yesterday_is_not_of_today(tmp_path: Path, clock: list[str]) -> None:
    root = str(tmp_path)
    spend_note.note_session(root, "s1", 18.0, 10)
    clock[0] = "2026-11-28"
    assert spend_note.spent_today(root) == 0
    spend_note.note_session(root, "s1", 18.6, 10)
    assert spend_note.spent_today(root) == pytest.approx(0.6)
    spend_note.note_session(root, "s1", 19.0, 10)
    assert spend_note.spent_today(root) == pytest.approx(1.0)


def test_a_session_that_is_new_here_counts_its_own_calls_of_today(tmp_path: Path) -> None:
    root = str(tmp_path)
    spend_note.note_session(root, "origin", 4.0, 10)
    # A fork, and a session after an older client's /clear, begin at the sum of the one before.
    spend_note.note_session(root, "fork", 4.0, 10, lambda: 0.0)
    spend_note.note_session(root, "cleared", 4.3, 10, lambda: 0.3)
    assert spend_note.spent_today(root) == pytest.approx(4.3)
    spend_note.note_session(root, "fork", 4.5, 10, lambda: 99.0)
    assert spend_note.spent_today(root) == pytest.approx(4.8)


def test_a_sum_that_a_client_lost_and_begins_again_is_followed(tmp_path: Path) -> None:
    root = str(tmp_path)
    spend_note.note_session(root, "s1", 3.0, 10)
    spend_note.note_session(root, "s1", 0.0, 10)
    spend_note.note_session(root, "s1", 1.0, 10)
    assert spend_note.spent_today(root) == 4.0
