"""What a run printed, read for its tests, whatever else stands there."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.reports import read_report


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("3 passed in 0.12s", 3),
        ("==== 1 failed, 3 passed, 2 skipped, 1 warning in 61.40s (0:01:01) ====", 4),
        ("1 error in 0.05s", 1),
        ("no tests ran in 0.01s", None),
    ],
)
def test_the_last_line_of_pytest_says_how_many_ran(line: str, total: int | None) -> None:
    assert read_report(line).total == total


@pytest.mark.parametrize(
    "text", [f"{'10 ' * 60}\n", f"== {'12 passed ' * 10_000}\n", "\n" * 100_000, " \n" * 50_000]
)
def test_tables_and_blank_lines_take_little_time(text: str) -> None:
    with guard_against_hanging():
        assert read_report(text).is_empty
