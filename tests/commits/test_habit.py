"""From which history on a team counts as one that writes Conventional Commits."""

from __future__ import annotations

import pytest

from tierwise.commits.habit import Habit


@pytest.mark.parametrize(
    ("conventional", "total", "is_other"),
    [
        (100, 100, False),
        (96, 100, False),
        (93, 100, True),  # one message in fourteen would be refused
        (0, 9, False),  # too few to say anything
        (0, 10, True),
        (10, 10, False),
    ],
)
def test_a_check_is_imposed_only_where_nearly_every_message_passes(
    conventional: int, total: int, is_other: bool
) -> None:
    assert Habit(conventional, total).is_other is is_other
