"""What a task says of names and numbers."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.reading.numbers import is_among, list_numbers
from tierwise.gates.reading.wording import Wording


@pytest.mark.parametrize(
    ("task", "name", "is_wanted"),
    [
        ("Remove the priority", "priority", True),
        ("Nobody uses priorities. Remove them from the queue", "priority", True),
        ("Drop the units cup and oz completely", "oz", True),
        ("parse_line must not keep the user name any more", "user", True),
        ("Remove cup and sort oz by weight", "oz", False),
        ("Keep the user", "user", False),
        ("Show the priority", "priority", False),
        ("long weeks are their business. check() must not count them, the function can go", "long_weeks", True),
        ("label was for the printer, which is gone. Nobody calls it any more, take it out.", "label", True),
        ("Does anybody still use label? I don't think so. Kick it out please.", "label", True),
        ("label and its golden file are dead weight, get rid of them", "label", True),
        ("Please throw the labels out of print() altogether", "label", True),
        ("label reads files. Nobody imports it. Out with it!", "label", True),
        ("Fix label(). The printer is old, remove it", "label", False),
        ("Rename label to title. The tests are slow, delete them", "label", False),
    ],
)  # fmt: skip
def test_what_a_task_wants_removed(task: str, name: str, is_wanted: bool) -> None:
    assert Wording(task).wants_removal(name) is is_wanted


@pytest.mark.parametrize(
    ("task", "is_wanted"),
    [
        ("Remove the ~ operator", True),
        ("drop support for '~'", True),
        ("Remove ~/.cache", False),
        ("Add the ~ operator", False),
    ],
)
def test_a_sign_that_a_task_wants_removed(task: str, is_wanted: bool) -> None:
    assert Wording(task).wants_sign_removed("~") is is_wanted


@pytest.mark.parametrize(
    ("task", "is_told"),
    [
        ("Round to full hours. Please adapt the tests.", True),
        ("The test of the order and the golden file will have to change", True),
        ("Take the old format out, with its tests and its page", True),
        ("Sort by size; change tests accordingly", True),
        ("Round to full hours", False),
        ("Change the rounding so that the tests pass", False),
        ("Change the rounding, but do not change the tests", False),
        ("The tests are slow. Change the cache", False),
    ],
)
def test_whether_a_task_says_that_tests_are_to_change(task: str, is_told: bool) -> None:
    assert Wording(task).wants_other_tests is is_told


def test_a_word_in_one_of_its_forms_or_as_a_part_of_a_name() -> None:
    wording = Wording("error_rate counts only 5xx")
    assert wording.has_part("errors")
    assert not wording.has_part("hits")


@pytest.mark.parametrize(
    ("task", "value", "is_stated"),
    [
        ("three tries are not enough, make it five", "5", True),
        ("groceries may cost 450 now", "45000", True),
        ("wait 2s", "2000", True),
        ("count only 5xx", "500", True),
        ("up to 1 000 lines", "1_000", True),
        ("free until their sixth birthday", "6", True),
        ("from the 12th on", "12", True),
        ("wait a second", "2", False),
        ("wait a second", "1000", True),
        ("wait 1 second first and 2 before the third try", "2000", True),
        ("within half an hour", "30", True),
        ("a quarter of an hour is free", "15", True),
        ("two days", "172800", True),
        ("one and a half times the single one", "1.5", True),
        ("it loses 40 % a year", "0.40", True),
        ("it loses 40 a year", "0.40", False),
        ("ten many days", "240", False),
        ("5 tries per day now, not 3", "0", False),
        ("every week", "0", False),
        ("try 3 times, a second apart", "0.05", False),
        ("20 a second", "0", False),
        ("20 a second", "0.0", False),
        ("a day and a half", "0.5", False),
        ("zero days", "0", True),
        ("since v5", "5", False),
        ("45 a month", "46", False),
        ("45 a month", "many", False),
    ],
)
def test_numbers_that_a_task_states(task: str, value: str, is_stated: bool) -> None:
    assert is_among(value, list_numbers(task)) is is_stated


def test_numbers_of_many_digits_take_little_time() -> None:
    with guard_against_hanging():
        list_numbers("1" * 200_000)


@pytest.mark.parametrize(
    ("task", "changing"),
    [
        ("euros() with a decimal comma please", ["euros() with a decimal comma please"]),
        ("clean_plate must keep the dash", ["clean_plate must keep the dash"]),
        ("Fix the crash in euros()", []),
        ("Simplify euros(). It returns the same", ["It returns the same"]),
        ("Tidy euros()", []),
        ("the report lists five. update the tests", ["the report lists five"]),
        ("report must keep its format", []),
        ("Rename total to sum_up", []),
        ("Rename total to sum_up, and return cents", ["return cents"]),
        ("The limit is gone, people keep books for years", ["The limit is gone", "people keep books for years"]),
    ],
)  # fmt: skip
def test_where_a_task_wants_another_behaviour(task: str, changing: list[str]) -> None:
    assert Wording(task).changing == changing


@pytest.mark.parametrize(
    ("task", "is_new"),
    [
        ("Give speeds in km/h: Fix::speed_knots becomes Fix::speed_kmh", True),
        ("Fix the unit, it should be km/h", False),
        ("Give the list more speed", False),
    ],
)
def test_names_of_code_say_nothing_of_faults_or_of_what_stays(task: str, is_new: bool) -> None:
    assert Wording(task).wants_new_behaviour is is_new
