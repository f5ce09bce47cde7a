"""Holding and settling calls in a ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tierwise import ledger
from tierwise.ci.holding import (
    find_open_hold,
    hold_call,
    load_spend,
    note_before,
    settle_call,
    sum_asked,
)
from tierwise.ci.spend import SpendRefusedError

HERE = {"TIERWISE_PULL_REQUEST": "7"}
TABLE: dict[str, Any] = {"ci": {"budget": {"per_run": 1.0, "per_pull_request": 3.0}}}


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / ".tierwise").mkdir()
    return str(tmp_path)


def test_a_call_is_held_and_settled(root: str) -> None:
    note_before(root, HERE, 0.5)
    held = hold_call(root, TABLE, "review", 2.0, HERE)
    assert held.limit_usd == 1.0
    assert load_spend(root, HERE).usd == 1.5
    assert find_open_hold(root, "review", HERE) == held
    settle_call(root, held, 0.1 + 0.2)
    assert load_spend(root, HERE).usd == 0.8
    assert find_open_hold(root, "review", HERE) is None


def test_calls_at_the_same_time_do_not_take_the_same_rest(root: str) -> None:
    note_before(root, HERE, 0.0)

    def try_hold(number: int) -> float:
        try:
            return hold_call(root, TABLE, f"call {number}", 1.0, HERE).limit_usd
        except SpendRefusedError:
            return 0.0

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(try_hold, range(8)))
    assert sorted(held) == [0.0] * 5 + [1.0] * 3


def test_a_refused_call_is_not_held(root: str) -> None:
    with pytest.raises(SpendRefusedError):
        hold_call(root, TABLE, "review", 1.0, HERE)
    assert list(ledger.read(root)) == []


def test_questions_count_from_where_the_run_was_held(root: str) -> None:
    note_before(root, HERE, 0.0)
    ask = {"row": "ask", "where": "run", "usd": 0.01}
    ledger.append(root, ask)
    held = hold_call(root, TABLE, "tierwise run", 1.0, HERE)
    ledger.append(root, ask)
    ledger.append(root, {**ask, "where": "spawn"})  # of a session, whose client counts it
    assert sum_asked(root, held) == 0.01
