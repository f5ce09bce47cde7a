"""Recorded data that follow from the task line by line."""

from __future__ import annotations

import pytest

from tierwise.gates.following.derived_data import DerivedData

RACE = """club day
  Ida        41.2
  Bo         39.8
  Mark Ode   44.0
best         39.8
"""
BY_TIME = """club day
  Mark Ode   44.0
  Ida        41.2
  Bo         39.8
best         39.8
"""
SLOWEST = "Sort the runners by time, the longest first"
LAPS = "2024-05-01 lake 12\n2024-05-03 lake 7\n2024-06-02 hill 21\n"
WEEKS = "2024-05-01 lake 12\n2024-05-03 lake 7\nmonth 19\n2024-06-02 hill 21\nmonth 21\n"
SUMS = "Print a line `month` with the sum behind each month"


def follows(
    old: str,
    new: str,
    task: str,
    given: str = "",
) -> bool:
    return DerivedData(old.encode(), new.encode(), task, given).follow()


@pytest.mark.parametrize(
    ("new", "task", "is_followed"),
    [
        (BY_TIME, SLOWEST, True),
        (BY_TIME, "Sort the runners by time, the shortest first", False),
        (BY_TIME, "Print the runners' clubs", False),
        (BY_TIME.replace("44.0", "43.0"), SLOWEST, False),
        (BY_TIME.replace("  Ida        41.2\n", ""), SLOWEST, False),
        ("club day\n  Ida        41.2\n  Mark Ode   44.0\n  Bo         39.8\nbest         39.8\n", SLOWEST, False),
    ],
    ids=["as asked", "the other way round", "nothing of order", "another time", "one gone", "in no order"],
)  # fmt: skip
def test_the_same_lines_stand_in_the_order_that_the_task_wants(
    new: str,
    task: str,
    is_followed: bool,
) -> None:
    assert follows(RACE, new, task) is is_followed


@pytest.mark.parametrize(
    ("new", "is_followed"),
    [
        (WEEKS, True),
        (WEEKS.replace("month 19", "month 7"), False),
        (WEEKS.replace("month 19", "2024-05 19").replace("month 21", "2024-06 21"), True),
        (WEEKS.replace("month 19", "week 19"), False),
        (WEEKS.replace("lake 7", "lake 8"), False),
        (WEEKS.replace("2024-05-03 lake 7\n", ""), False),
    ],
    ids=[
        "sums",
        "the last one",
        "called as it is above",
        "another word",
        "an old line changed",
        "an old line gone",
    ],
)
def test_lines_come_whose_words_are_stated_and_whose_numbers_are_sums(
    new: str,
    is_followed: bool,
) -> None:
    assert follows(LAPS, new, SUMS) is is_followed


TABLE = "town   mean\nUlm    2.2\nBonn  -0.4\n"
WIDER = "town   mean   peak\nUlm    2.3   14.5\nBonn  -0.5    0.5\n"
PEAKS = "A column `peak` for the highest value, please, and round halves away from zero"


@pytest.mark.parametrize(
    ("new", "task", "given", "is_followed"),
    [
        (WIDER, PEAKS, "Ulm 14.5\nBonn 0.5", True),
        (WIDER, PEAKS, "Ulm 14.51\nBonn 0.46", True),
        (WIDER, PEAKS, "Ulm 13.5\nBonn 0.5", False),
        (WIDER, PEAKS.replace("round halves", "put"), "Ulm 14.5\nBonn 0.5", False),
        (WIDER, PEAKS.replace("away from", "towards"), "Ulm 14.5\nBonn 0.5", False),
        (WIDER.replace("2.3", "2.4"), PEAKS, "Ulm 14.5\nBonn 0.5", False),
        (WIDER.replace("peak", "top"), PEAKS, "Ulm 14.5\nBonn 0.5", False),
    ],
    ids=[
        "given",
        "rounded",
        "from nowhere",
        "no rounding",
        "the other way",
        "too far",
        "another word",
    ],
)
def test_lines_get_longer_by_what_is_stated_or_given(
    new: str,
    task: str,
    given: str,
    is_followed: bool,
) -> None:
    assert follows(TABLE, new, task, given) is is_followed


def test_no_line_is_too_wide_and_no_number_too_long() -> None:
    wide = " ".join(map(str, range(10, 3000)))
    assert not DerivedData(wide.encode(), f"{wide} 99999999".encode(), "Add it", "").follow()
    old = "a {0}.5\nb -{0}.5\n".format("9" * 320)
    assert not DerivedData(old.encode(), f"{old}mean 3\n".encode(), "Add the mean", "").follow()
