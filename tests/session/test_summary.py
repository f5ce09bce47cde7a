"""The figures of a replay."""

from __future__ import annotations

from msgspec.structs import replace
from tests.support.replays import CALLS, NOW, PRICES, RECORDED, TURNS, call, rules

from tierwise.session.summary import build_document, put_on_top


def test_the_document_adds_up() -> None:
    document = build_document([TURNS], CALLS, rules("mid"), PRICES)
    assert document["recorded_usd"] == float(RECORDED)
    assert sum(row["recorded_usd"] for row in document["labels"]) == float(RECORDED)
    assert sum(row["recorded_usd"] for row in document["turn_rows"]) == float(RECORDED)
    names = [plan["plan"] for plan in document["plans"]]
    assert names[:2] == ["session router", "prefer: quality"]
    assert names[-2:] == ["one tier a session", "best single switch"]


def test_on_top_each_session_has_todays_prices_and_its_own_pauses() -> None:
    old = replace(call("o", 0, 0, 1_000), session="old", timestamp=NOW - 10**10)
    moved = put_on_top({**CALLS, "o": old}, rules("mid"))
    assert moved["b"].timestamp - moved["a"].timestamp == 60_000
    assert moved["o"].timestamp == moved["c"].timestamp
    assert {one.model for one in moved.values()} == {"claude-opus-5-5"}
