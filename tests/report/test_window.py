"""Which moments of the ledger lie inside a window."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tierwise.report.window import Window

BERLIN = timezone(timedelta(hours=1))
DAY = Window(datetime(2026, 11, 20, tzinfo=BERLIN), datetime(2026, 11, 21, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("moment", "is_inside"),
    [
        ("2026-11-19T22:59:59.999Z", False),
        ("2026-11-19T23:00:00.000Z", True),  # midnight in the window's zone
        ("2026-11-20T22:59:59.999Z", True),
        ("2026-11-20T23:00:00.000Z", False),
        ("no time", True),
        (None, True),
    ],
)
def test_the_ledger_s_time_is_compared_as_a_moment(moment: object, is_inside: bool) -> None:
    assert DAY.holds(moment) is is_inside


def test_an_open_window_holds_everything() -> None:
    assert Window().holds("no time")
