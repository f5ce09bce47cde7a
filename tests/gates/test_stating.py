"""What a task says of values: those that it wants, and those that are wrong now."""

from __future__ import annotations

import pytest

from tierwise.gates.following.stating import is_fault, is_stated

RECEIPT = "A moped costs 1.05, but the receipt says 1.5, and drivers complain."


@pytest.mark.parametrize(
    ("value", "task", "expected"),
    [
        ("1.5", RECEIPT, True),
        ("1.05", RECEIPT, False),
        ("50", "The limit is 200 now instead of 50", True),
        ("200", "The limit is 200 now instead of 50", False),
        ("4", "It gives 3, but it should give 4", False),
        ("6000", "The limit must be not 5000 but 6000.", False),
        ("60", "The timeout is 30 seconds, but users need 60.", False),
        ("60", "The timeout is 30, but what users need is 60.", False),
        ("15", "It returns 14 but 15 is right.", False),
        ("25", "The default is 10 but make it 25", False),
        ("25", "It should be 10 but is 25", True),
        ("14", "It gives 13 instead of 14", False),
        ("50", "It should give 200 instead of 50", True),
        ("ParseError", "a SheetError instead of the bare ParseError", False),
    ],
)
def test_a_value_that_the_task_calls_wrong_is_none_that_it_wants(
    value: str, task: str, expected: bool
) -> None:
    assert is_fault(value, task) is expected
    assert is_stated("7.25", value, task) is not expected
