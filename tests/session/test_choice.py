"""The tier of one turn: up at once, down at a new task, light where it pays."""

from __future__ import annotations

import pytest

from tierwise.session.choice import (
    SMALL_TURNS,
    Conversation,
    TurnReading,
    choose_tier,
    raise_within_turn,
)
from tierwise.session.rules import Rules
from tierwise.session.size import MANY_EDITS, MANY_FILES, MANY_READ, MANY_STEPS, WorkSoFar

ALMOST_LARGE = WorkSoFar(MANY_FILES - 1, MANY_READ - 1, MANY_STEPS - 1, MANY_EDITS - 1)
RULES = Rules(
    ladder=("light", "mid", "frontier"),
    models={"light": "haiku", "mid": "sonnet", "frontier": "opus"},
    start="mid",
    up=("planning",),
    light_kinds=("operations",),
    light_under=80_000,
)


def conversation(base: str = "mid", context: int = 0, **warm: int) -> Conversation:
    state = Conversation(base)
    state.context_tokens = context
    state.warm_tokens = dict(warm)
    return state


def tiers(state: Conversation, reading: TurnReading) -> tuple[str, str]:
    """The tier of the turn and the one that the conversation stays on."""
    choice = choose_tier(state, reading, RULES)
    return choice.tier, choice.base


def test_a_conversation_begins_on_its_start() -> None:
    assert tiers(conversation(), TurnReading("feature")) == ("mid", "mid")


def test_an_up_kind_lifts_the_rest_of_the_task() -> None:
    assert tiers(conversation(), TurnReading("planning")) == ("frontier", "frontier")
    later = conversation("frontier", 50_000, frontier=50_000)
    assert tiers(later, TurnReading("feature")) == ("frontier", "frontier")


def test_plan_mode_is_the_top_tier_s() -> None:
    assert tiers(conversation(), TurnReading("docs", is_planning=True)) == ("frontier", "frontier")


def test_a_session_that_prefers_quality_begins_on_the_top_tier() -> None:
    rules = RULES.prefer_quality(True)
    assert rules.first_tier == "frontier"
    new = Conversation("")
    assert choose_tier(new, TurnReading("feature"), rules).base == "frontier"
    old = conversation("frontier", 50_000)
    old.is_task_over = True
    assert choose_tier(old, TurnReading("feature"), rules).base == "frontier"
    old.small_turns = SMALL_TURNS
    assert choose_tier(old, TurnReading("feature"), rules).base == "mid"
    rules.spares_limit = True
    assert choose_tier(new, TurnReading("feature"), rules).base == "mid"


def test_a_floor_holds_for_its_turn() -> None:
    assert tiers(conversation(), TurnReading("security", floor="frontier")) == ("frontier", "mid")


def test_it_comes_down_when_the_work_was_committed() -> None:
    state = conversation("frontier", 50_000, frontier=50_000)
    state.is_task_over = True
    assert tiers(state, TurnReading("feature")) == ("mid", "mid")


def test_it_comes_down_when_the_higher_tier_s_cache_has_expired() -> None:
    assert tiers(conversation("frontier", 50_000), TurnReading("feature")) == ("mid", "mid")


def test_a_light_turn_pays_while_the_context_is_small() -> None:
    small = conversation("frontier", 30_000, frontier=30_000)
    assert tiers(small, TurnReading("operations")) == ("light", "frontier")


def test_a_light_turn_does_not_pay_above_the_limit() -> None:
    large = conversation("frontier", 90_000, frontier=90_000)
    assert tiers(large, TurnReading("operations")) == ("frontier", "frontier")


def test_a_light_kind_that_has_a_floor_keeps_it() -> None:
    state = conversation("mid", 30_000, mid=30_000)
    assert tiers(state, TurnReading("operations", floor="frontier")) == ("frontier", "mid")


def test_within_a_turn_only_large_work_raises() -> None:
    assert raise_within_turn(ALMOST_LARGE, RULES) is None
    raised = raise_within_turn(WorkSoFar(files_edited=MANY_FILES), RULES)
    assert raised is not None
    assert (raised.tier, raised.base) == ("frontier", "frontier")


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (WorkSoFar(steps_listed=MANY_STEPS), "6 steps on its list"),
        (WorkSoFar(files_read=MANY_READ), "12 files read in one turn"),
        (WorkSoFar(edits=MANY_EDITS), "20 edits in one turn"),
    ],
)
def test_much_work_ahead_raises_before_the_first_edit(work: WorkSoFar, reason: str) -> None:
    raised = raise_within_turn(work, RULES)
    assert raised is not None
    assert (raised.tier, raised.reason) == ("frontier", reason)


def test_a_spared_limit_raises_no_large_work() -> None:
    rules = RULES.begin_on("mid")
    rules.spares_limit = True
    assert raise_within_turn(WorkSoFar(files_edited=MANY_FILES), rules) is None
    assert raise_within_turn(WorkSoFar(), rules, is_planning=True) is not None


def test_a_tier_below_the_start_is_left_at_the_next_turn() -> None:
    spared = conversation("light", 30_000, light=30_000)
    assert tiers(spared, TurnReading("feature")) == ("mid", "mid")


def test_a_light_turn_pays_only_where_such_turns_are_short_enough() -> None:
    state = conversation("mid", 60_000, mid=60_000)
    reading = TurnReading("operations")
    found = {}
    for requests in (1, 30):
        reading.requests = requests
        found[requests] = choose_tier(state, reading, RULES).tier
    assert found == {1: "mid", 30: "light"}


def test_a_pin_holds_but_for_a_turn_whose_tier_is_named() -> None:
    pinned = conversation("mid")
    pinned.pinned = "light"
    assert tiers(pinned, TurnReading("planning")) == ("light", "mid")
    named = TurnReading("feature")
    named.requested = "frontier"
    assert tiers(pinned, named) == ("frontier", "mid")
