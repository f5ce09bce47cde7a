"""An attempt costs what its model costs at the time of the call."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest

from tierwise.cascade.context import make_price


@pytest.mark.parametrize(
    ("day", "dollars"),
    [
        # a million tokens read from the cache: the price was halved on 7 October
        (datetime(2026, 10, 1, tzinfo=timezone.utc), 0.20),
        (datetime(2026, 10, 9, tzinfo=timezone.utc), 0.10),
    ],
)
def test_prices_are_those_of_the_day(
    monkeypatch: pytest.MonkeyPatch, day: datetime, dollars: float
) -> None:
    monkeypatch.setattr(time, "time", day.timestamp)
    cost = make_price({"prices": {}})("sonnet", {"cache_read_input_tokens": 1_000_000})
    assert cost == pytest.approx(dollars)
