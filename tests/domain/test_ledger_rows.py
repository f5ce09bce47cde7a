"""What other versions wrote is read as typed values; a key that is missing or of another kind costs that key."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from tierwise.domain.ledger_rows import (
    AttemptEntry,
    DecisionEntry,
    Judgement,
    TokenCounts,
    read_amount,
    read_attempts,
    read_decision,
    read_judgements,
)

NOTHING = AttemptEntry("", "", "unknown", "unknown", "", "", False, Decimal(0), TokenCounts())


def test_an_attempt_is_read_whole() -> None:
    row = {
        "row": "attempt",
        "run": "r1",
        "session": "s1",
        "kind": "docs",
        "tier": "light",
        "model": "claude-haiku-5-5",
        "stop": "done",
        "accepted": True,
        "cost_usd": 0.1,
        "tokens": {"input_tokens": 3, "output_tokens": 4, "of_another_version": 5},
    }
    tokens = TokenCounts(3, 4)
    expected = AttemptEntry(
        "r1", "s1", "docs", "light", "claude-haiku-5-5", "done", True, Decimal("0.1"), tokens
    )
    assert read_attempts([row, {"row": "decision"}]) == [expected]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"cost_usd": None, "tokens": None},
        {"cost_usd": "much", "tokens": []},
        {"cost_usd": float("nan"), "tokens": {"input_tokens": "three"}},
    ],
)
def test_what_an_attempt_lacks_is_nothing(odd: dict[str, object]) -> None:
    assert read_attempts([{"row": "attempt", **odd}]) == [NOTHING]


def test_an_override_counts_where_it_was_kept() -> None:
    row = {"tier": "mid", "kind": "docs"}
    assert read_decision(row) == DecisionEntry("mid", "docs")
    refused = read_decision({**row, "override": {"who": "caller", "kept": False}})
    kept = read_decision({**row, "override": {"who": "caller", "kept": True}})
    assert (refused.has_override, refused.is_overruled) == (True, False)
    assert (kept.has_override, kept.is_overruled) == (True, True)


def test_a_judgement_names_a_subagent_a_session_or_a_run() -> None:
    rows = [
        {"row": "flag", "flag": "wrong", "session_id": "s1", "tool_use_id": "t1", "agent_id": "a1"},
        {"row": "flag", "flag": "cheaper", "session_id": "s1"},
        {"row": "flag", "flag": "cheaper", "run": "r1"},
        {"row": "flag"},
    ]
    assert read_judgements(rows) == [
        Judgement("wrong", "s1", "a1", ""),
        Judgement("cheaper", "s1", "", ""),
        Judgement("cheaper", "", "", "r1"),
    ]


def test_an_amount_is_a_finite_number_that_is_not_negative() -> None:
    assert [read_amount(value) for value in (0, 0.5, 3)] == [0.0, 0.5, 3.0]
    for value in (None, True, "1", [], -1, math.nan, math.inf, 10**400):
        assert read_amount(value) is None
