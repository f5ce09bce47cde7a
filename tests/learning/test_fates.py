"""The fate of commits, told from a history alone."""

from __future__ import annotations

import pytest
from tests.support.counting import count_calls

from tierwise.learning.fates import DatedCommit, find_fates


def test_a_revert_that_quotes_the_trailer_is_no_commit_of_the_run() -> None:
    message = "Revert\n\nThis reverts commit aaaaaaa.\n\nTierwise-Run: r1"
    history = [
        DatedCommit("b" * 40, 2, message),
        DatedCommit("a" * 40, 1, "fix: x\n\nTierwise-Run: r1"),
    ]
    assert [(fate.run, fate.word, fate.time) for fate in find_fates(history)] == [
        ("r1", "reverted", 1)
    ]


@pytest.mark.slow
def test_a_history_of_twice_the_length_is_twice_the_work() -> None:
    short, long = make_history(2000), make_history(4000)
    assert sum(fate.word == "reverted" for fate in find_fates(long)) == 1000
    calls = count_calls(lambda: find_fates(short))
    assert count_calls(lambda: find_fates(long)) < 2.2 * calls


def make_history(count: int) -> list[DatedCommit]:
    """So many commits of runs, the newest first; every fourth reverts the one before it."""
    history = []
    for number in range(count, 0, -1):
        message = f"Task {number}\n\nTierwise-Run: r{number}"
        if number % 4 == 0:
            message = f"Revert\n\nThis reverts commit {number - 1:040x}."
        history.append(DatedCommit(f"{number:040x}", number, message))
    return history
