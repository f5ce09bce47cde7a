"""What a turn of the main conversation is read as."""

from __future__ import annotations

from tierwise.domain.table import load_default
from tierwise.session.reading import OPERATIONS, read_for_session

TABLE = load_default()


def test_work_that_a_command_does_is_an_operation() -> None:
    assert read_for_session("run preflight", "", "", TABLE).kind == OPERATIONS


def test_a_slash_command_is_no_wording() -> None:
    reading = read_for_session("/review the login of the payment service", "", "", TABLE)
    assert (reading.kind, reading.floor) == ("", "")


def test_work_that_is_surely_protected_keeps_its_floor() -> None:
    text = "Rewrite the password hashing in src/auth/login.py and rotate the session tokens"
    reading = read_for_session(text, "", "", TABLE)
    assert (reading.kind, reading.floor) == ("security", "frontier")


def test_an_assent_inherits_the_work_that_was_offered() -> None:
    offer = "The flag works. Shall I write the README section for it?"
    assert read_for_session("yes, do it", offer, "talk", TABLE).kind == "docs"


def test_the_persons_tier_is_read() -> None:
    reading = read_for_session("[tier: light] Say hello", "", "", TABLE)
    assert reading.requested == "light"


def test_work_that_still_fails_is_stuck() -> None:
    assert read_for_session("The build still fails", "", "", TABLE).is_stuck
    assert not read_for_session("Add a label", "", "", TABLE).is_stuck
