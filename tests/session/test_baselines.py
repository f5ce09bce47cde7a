"""What simple choices would have saved, in hindsight."""

from __future__ import annotations

from tests.support.replays import RECORDED, TURNS, edits, replayer, rules, turn

from tierwise.session.baselines import list_fixed_tiers, list_switches, replay_cheapest


def test_one_tier_a_session_is_the_top_where_a_turn_was_large() -> None:
    large = [turn(0, ["a"], edits(6, "a")), turn(1, ["b", "c"])]
    fixed = replay_cheapest("fixed", list_fixed_tiers, replayer([large]), rules("mid"))
    assert fixed.replayed.high == RECORDED
    small = replay_cheapest("fixed", list_fixed_tiers, replayer([TURNS]), rules("mid"))
    assert {one.first_tier for one in small.turns} == {"mid"}


def test_the_best_switch_is_never_worse_than_one_tier() -> None:
    turns = [turn(0, ["a"], edits(6, "a")), turn(1, ["b"]), turn(2, ["c"])]
    best = replay_cheapest("best", list_switches, replayer([turns]), rules("mid"))
    assert best.replayed.high <= RECORDED
    assert best.turns[0].first_tier == "frontier"
