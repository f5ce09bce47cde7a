"""What the session router saved, with its baseline."""

from __future__ import annotations

from typing import Any

from tierwise.report.routed_turns import sum_routed_turns


def turn(**more: Any) -> dict[str, Any]:
    row = {
        "row": "turn",
        "routing": "on",
        "label": "read",
        "calls": 2,
        "cost_usd": 1.0,
        "own_model": "claude-opus-5-5",
        "own_usd": [2.0, 3.0],
    }
    return {**row, **more}


def test_the_saving_stands_beside_what_it_is_of() -> None:
    total = sum_routed_turns([turn(), turn(label="talk", cost_usd=0.5)])
    assert total.as_json()["saved_usd"] == [2.5, 4.5]
    assert total.describe() == (
        "saved by the session router, net of cache: $2.50 to $4.50 of $4.00 to $6.00 that 2 turns "
        "would have cost on claude-opus-5-5"
    )
    assert total.labels["talk"]["cost_usd"] == 0.5


def test_shadows_pauses_and_unpriced_turns_save_nothing() -> None:
    rows = [
        turn(routing="shadow"),
        turn(routing="paused"),
        turn(cost_usd=None, own_usd=None),
        turn(row="stop"),
        turn(calls=0),
        turn(own_usd=[]),
        turn(own_usd=[2.0]),
        turn(own_usd=["2", None]),
        turn(cost_usd="1"),
    ]
    assert sum_routed_turns(rows).turns == 0


def test_a_turn_that_cost_more_counts_against_it() -> None:
    assert sum_routed_turns([turn(cost_usd=5.0)]).as_json()["saved_usd"] == [-3.0, -2.0]
