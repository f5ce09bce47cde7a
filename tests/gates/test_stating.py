"""What a task says of values: those that it wants, and those that are wrong now."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_as_were.stating import is_fault, is_stated

RECEIPT = "A moped costs 1.05, but the receipt says 1.5, and drivers complain."


@pytest.mark.parametrize(
    ("value", "task", "expected"),
    [
        ("1.5", RECEIPT, True),
        ("1.05", RECEIPT, False),
        ("50", "The limit is 200 now instead of 50", True),
        ("200", "The limit is 200 now instead of 50", False),
        ("4", "It gives 3, but it should give 4", False),
        ("ParseError", "a SheetError instead of the bare ParseError", False),
    ],
)
def test_a_value_that_the_task_calls_wrong_is_none_that_it_wants(
    value: str, task: str, expected: bool
) -> None:
    assert is_fault(value, task) is expected
    assert is_stated("7.25", value, task) is not expected
