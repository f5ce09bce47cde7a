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
