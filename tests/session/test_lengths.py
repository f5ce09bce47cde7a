"""How long a turn is likely to be: a prior, and what the user's own turns of its kind were."""

from __future__ import annotations

import pytest

from tierwise.session.choice import STEPS
from tierwise.session.lengths import PRIOR_TURNS, TurnLengths, learn_lengths, read_lengths


def test_nothing_is_known_but_the_prior() -> None:
    assert TurnLengths().expect_requests("docs") == pytest.approx(STEPS)


def test_as_many_turns_as_the_prior_counts_for_weigh_as_much() -> None:
    lengths = TurnLengths()
    for _ in range(PRIOR_TURNS):
        lengths.note_turn("docs", 20)
    assert lengths.expect_requests("docs") == pytest.approx((STEPS * 20) ** 0.5)
    assert lengths.expect_requests("read") == pytest.approx(STEPS)


def test_one_endless_turn_moves_little() -> None:
    lengths = TurnLengths()
    for requests in (2, 2, 2, 2, 2, 2, 2, 2, 2, 1_000):
        lengths.note_turn("read", requests)
    assert lengths.expect_requests("read") < STEPS


def test_the_ledger_s_turns_are_read_and_kept() -> None:
    rows = [
        {"row": "turn", "kind": "docs", "calls": 9},
        {"row": "turn", "kind": "docs", "calls": 0},
        {"row": "turn", "kind": "docs", "calls": "9"},
        {"row": "decision", "kind": "docs", "calls": 9},
    ]
    lengths = learn_lengths(rows)
    expected = lengths.expect_requests("docs")
    assert expected == pytest.approx((STEPS**PRIOR_TURNS * 9) ** (1 / (PRIOR_TURNS + 1)))
    assert read_lengths(lengths.as_json()).expect_requests("docs") == expected


@pytest.mark.parametrize(
    "known",
    [
        None,
        [],
        {"docs": 3},
        {"docs": []},
        {"docs": ["x", 1]},
        {"docs": [-1, 2.0]},
        {"docs": [1, 1e308]},
        {"docs": [10**400, 2.0]},
        {"docs": [float("inf"), 2.0]},
    ],
)
def test_what_is_damaged_is_not_known(known: object) -> None:
    assert read_lengths(known).expect_requests("docs") == pytest.approx(STEPS)


def test_a_damaged_row_of_the_ledger_counts_nothing() -> None:
    lengths = learn_lengths([{"row": "turn", "kind": "docs", "calls": 10**400}])
    assert lengths.expect_requests("docs") == pytest.approx(STEPS)
