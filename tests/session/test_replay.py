"""Conversations replayed under a plan, with every figure worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.replays import (
    CALLS,
    COMMIT,
    EDIT,
    PRICES,
    RECORDED,
    ROUTED,
    TURNS,
    call,
    edits,
    reads,
    replay,
    replayer,
    rules,
    turn,
)

from tierwise.domain.table import load_default
from tierwise.session.choice import STEPS
from tierwise.session.replay import Replayer
from tierwise.session.replayed import ReplayPlan
from tierwise.session.turns import summarise_turns
from tierwise.transcripts.hindsight import ends_task
from tierwise.transcripts.turns import RecordedTurn, ToolUse


def test_on_the_tier_that_it_ran_on_a_conversation_costs_what_it_cost() -> None:
    same = replay(ReplayPlan("all frontier", rules("mid"), ("frontier",)))
    assert same.recorded == RECORDED
    assert (same.replayed.low, same.replayed.high) == (RECORDED, RECORDED)


def test_another_tier_is_a_range_that_begins_at_its_list_price() -> None:
    mid = replay(ReplayPlan("all mid", rules("mid"), ("mid",)))
    # Sonnet 5.5: $10 out, $2.50 written, $0.10 read; up to 1.48 times the tokens a tier down.
    listed = (Decimal(3_000) * 10 + Decimal(21_500) * Decimal("2.5") + Decimal(4_100)) / 1_000_000
    assert mid.replayed.low == listed
    assert mid.replayed.high == listed * Decimal("1.48")


@pytest.mark.parametrize(("written", "dollars"), [(99_000, "0.1"), (101_000, "0.5")])
def test_a_call_on_another_tier_is_priced_in_its_own_band(written: int, dollars: str) -> None:
    calls = {"a": call("a", 0, 0, written)}
    plan = ReplayPlan("all light", rules("mid"), ("light",))
    light = Replayer([[turn(0, ["a"])]], calls, PRICES).replay(plan)
    # Haiku 5.5: input, five times of it out, 1.25 times written; five times all of that over 100,000 tokens.
    tokens = Decimal(1_000) * 5 + Decimal(written) * Decimal("1.25")
    assert light.replayed.low == Decimal(dollars) * tokens / 1_000_000


def test_an_up_kind_moves_the_conversation_to_the_top() -> None:
    raised = replay(ROUTED, [turn(0, ["a", "b"], [EDIT], "planning"), TURNS[1]])
    assert [one.first_tier for one in raised.turns] == ["frontier", "frontier"]
    assert raised.replayed.high == RECORDED


def test_the_fourth_edited_file_raises_the_rest_of_the_turn() -> None:
    turns = [turn(0, ["a", "b"], [*edits(4, "a"), *edits(2, "b")]), TURNS[1]]
    raised = replay(ROUTED, turns)
    assert (raised.turns[0].first_tier, raised.turns[0].last_tier) == ("mid", "frontier")
    assert (raised.turns[0].edits, raised.turns[0].edits_below) == (6, 4)
    assert raised.turns[1].first_tier == "frontier"


def test_the_twelfth_read_file_raises_a_turn_before_its_first_edit() -> None:
    turns = [turn(0, ["a", "b"], [*reads(12, "a"), *edits(6, "b")])]
    raised = replay(ROUTED, turns).turns[0]
    assert (raised.first_tier, raised.last_tier, raised.edits_below) == ("mid", "frontier", 0)


def test_edits_of_a_turn_that_stays_below_the_top_are_all_below() -> None:
    below = replay(ReplayPlan("all mid", rules("mid"), ("mid",)), [turn(0, ["a"], edits(6, "a"))])
    assert below.turns[0].edits_below == 6
    top = replay(ReplayPlan("top", rules("mid"), ("frontier",)), [turn(0, ["a"], edits(6, "a"))])
    assert top.turns[0].edits_below == 0


def test_a_tool_that_fails_in_the_same_way_raises_one_tier_for_the_rest_of_the_task() -> None:
    stuck = [ToolUse(f"f{n}", "Bash", "make", "a", failed=True, error="exit 2") for n in range(3)]
    turns = [turn(0, ["a", "b"], [*stuck, *edits(1, "b")]), TURNS[1]]
    raised = replay(ROUTED, turns).turns
    assert [(one.first_tier, one.last_tier) for one in raised] == [
        ("mid", "frontier"),
        ("frontier",) * 2,
    ]
    assert raised[0].edits_below == 0


def test_work_that_still_fails_goes_a_tier_up() -> None:
    again = turn(1, ["c"], [EDIT])
    again.is_stuck = True
    raised = replay(ROUTED, [TURNS[0], again]).turns
    assert (raised[1].first_tier, raised[1].reason) == ("frontier", "it still fails")


def test_the_turn_after_a_stuck_one_is_stuck_too() -> None:
    tools = [ToolUse(f"f{n}", "Bash", f"make {n}", "a", failed=True, error="no") for n in range(3)]
    first = RecordedTurn("s", 0, "", "do it", "", tools=tools, call_ids=["a"])
    unanswered = RecordedTurn("s", 1, "", "/model", "")
    later = [RecordedTurn("s", n, "", "go on", "", call_ids=[f"c{n}"]) for n in (2, 3)]
    turns = summarise_turns([first, unanswered, *later], load_default())
    assert [(one.is_stuck, one.stalling_call) for one in turns] == [
        (False, ""),
        (True, ""),
        (True, ""),
        (False, ""),
    ]


def test_a_turn_of_the_persons_tier_is_not_raised() -> None:
    named = turn(0, ["a", "b"], edits(6, "a"))
    named.requested = "light"
    assert replay(ROUTED, [named]).turns[0].last_tier == "light"


def test_three_files_do_not() -> None:
    turns = [turn(0, ["a", "b"], edits(3, "a")), TURNS[1]]
    assert [one.last_tier for one in replay(ROUTED, turns).turns] == ["mid", "mid"]


def test_after_a_commit_the_next_turn_begins_at_the_start_again() -> None:
    turns = [turn(0, ["a", "b"], [*reads(12, "a"), *edits(1, "b"), COMMIT]), TURNS[1]]
    replayed = replay(ROUTED, turns).turns
    assert replayed[0].last_tier == "frontier"
    assert replayed[1].first_tier == "mid"


def test_after_a_handoff_the_next_turn_begins_at_the_start_again() -> None:
    notes = ToolUse("n", "Write", "handoff.md", "c")
    calls = {**CALLS, "d": call("d", 3, 21_500, 500)}
    first, last = turn(0, ["a", "b"], edits(6, "a")), turn(2, ["d"])

    def find_last_tier(text: str) -> str:
        turns = [first, turn(1, ["c"], [notes], text=text), last]
        return Replayer([turns], calls, PRICES).replay(ROUTED).turns[-1].first_tier

    assert find_last_tier("/handoff") == "mid"
    assert find_last_tier("write down where we are") == "frontier"


def test_the_commit_of_a_large_turn_ends_no_task() -> None:
    turns = [turn(0, ["a", "b"], [*edits(6, "a"), COMMIT]), TURNS[1]]
    assert [one.first_tier for one in replay(ROUTED, turns).turns] == ["mid", "frontier"]


def test_where_quality_is_preferred_three_small_turns_come_down() -> None:
    plan = ReplayPlan("quality", rules("mid").prefer_quality(True))
    turns = [turn(number, [name], [EDIT]) for number, name in enumerate("abc")]
    assert [one.first_tier for one in replay(plan, turns).turns] == ["frontier"] * 3
    few = turn(0, ["a"], edits(2, "a"))
    calls = {**CALLS, "d": call("d", 3, 21_500, 500), "e": call("e", 4, 22_000, 500)}
    names = ["b", "c", "d", "e"]
    small = [turn(number + 1, [name], [EDIT]) for number, name in enumerate(names)]
    later = Replayer([[few, *small]], calls, PRICES).replay(plan)
    assert [one.first_tier for one in later.turns] == [*["frontier"] * 4, "mid"]
    assert later.turns[-1].reason == "the last 3 turns were small"


def test_calls_that_a_fork_repeats_are_counted_once() -> None:
    plan = ReplayPlan("all frontier", rules("mid"), ("frontier",))
    twice = Replayer([TURNS, TURNS], CALLS, PRICES).replay(plan)
    assert twice.recorded == RECORDED


def test_a_failed_commit_ends_nothing() -> None:
    failed = ToolUse("x", "Bash", "git push", failed=True)
    assert not ends_task([failed])
    assert ends_task([ToolUse("y", "Bash", "cd app && git push -u origin x")])


def test_after_a_turn_that_edits_nothing_the_next_one_begins_at_the_start_again() -> None:
    turns = [turn(0, ["a", "b"], edits(6, "a")), turn(1, []), turn(2, ["c"])]
    assert [one.first_tier for one in replay(ROUTED, turns).turns] == ["mid", "mid"]


def test_a_turns_likely_length_is_told_by_those_before_it_in_time() -> None:
    earlier, later = turn(0, ["a", "b"]), turn(0, ["c"])
    replayer([[later], [earlier]])
    assert earlier.requests == pytest.approx(STEPS)
    assert later.requests < earlier.requests


def test_a_turn_that_keeps_its_models_costs_what_it_cost() -> None:
    kept = turn(1, ["c"], edits(6, "c"))
    kept.keeps_models = True
    replayed = replay(ROUTED, [TURNS[0], kept]).turns[1]
    assert (replayed.first_tier, replayed.last_tier) == ("frontier", "frontier")
    # What the turn before left in Sonnet's cache is none of Opus': the context is written.
    opus = (Decimal(1_000) * 20 + Decimal(21_500) * 5) / 1_000_000
    assert (replayed.replayed.low, replayed.replayed.high) == (opus, opus)
    kept.requested = "light"
    assert replay(ROUTED, [TURNS[0], kept]).turns[1].first_tier == "light"


def test_a_pinned_turn_stays_on_its_tier() -> None:
    pinned = turn(1, ["c"], edits(6, "c"))
    pinned.pinned = "light"
    replayed = replay(ROUTED, [TURNS[0], pinned]).turns[1]
    assert (replayed.first_tier, replayed.last_tier) == ("light", "light")
