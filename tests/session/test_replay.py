"""Conversations replayed under a plan, with every figure worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tierwise.pricing.prices import load_prices
from tierwise.session.baselines import list_fixed_tiers, list_switches, replay_cheapest
from tierwise.session.choice import Reading, Rules
from tierwise.session.page import draw_page
from tierwise.session.replay import Plan, Replay, Replayer, replay_conversations
from tierwise.session.summary import build_document, put_on_top
from tierwise.session.turns import SessionTurn, summarise_turn
from tierwise.transcripts.hindsight import ends_task
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.turns import ToolUse, Turn

NOW = 1_795_000_000_000  # November 2026
MODELS = {"light": "haiku", "mid": "sonnet", "frontier": "opus"}
PRICES = load_prices()


def rules(start: str) -> Rules:
    return Rules(
        ("light", "mid", "frontier"), MODELS, start, ("planning",), ("operations",), 80_000
    )


def call(name: str, minute: float, read: int, write: int) -> UsageRecord:
    return UsageRecord(
        message_id=name,
        session="s",
        model="claude-opus-5-5",
        timestamp=NOW + int(minute * 60_000),
        output_tokens=1_000,
        cache_read_tokens=read,
        cache_write_5m_tokens=write,
    )


def turn(
    number: int, calls: list[str], tools: list[ToolUse] | None = None, kind: str = "feature"
) -> SessionTurn:
    whole = Turn("s", number, "", "do it", "", tools=tools or [], call_ids=calls)
    return summarise_turn(whole, Reading(kind))


def edits(count: int, call_id: str) -> list[ToolUse]:
    return [ToolUse(f"{call_id}{n}", "Edit", f"m{n}.py", call_id) for n in range(count)]


COMMIT = ToolUse("x", "Bash", "git commit -am 'fix: x'", "b")
EDIT = ToolUse("r", "Edit", "one.py", "c")
TURNS = [turn(0, ["a", "b"], [EDIT]), turn(1, ["c"], [EDIT])]
CALLS = {
    one.message_id: one
    for one in (call("a", 0, 0, 20_000), call("b", 1, 20_000, 1_000), call("c", 2, 21_000, 500))
}
# Opus 5.5: $20 a million out, $5 written, $0.20 read.
RECORDED = (
    Decimal(3_000) * 20 + Decimal(21_500) * 5 + Decimal(41_000) * Decimal("0.2")
) / 1_000_000


def replay(plan: Plan, turns: list[SessionTurn] = TURNS) -> Replay:
    return replay_conversations([turns], CALLS, plan, PRICES)


def replayer(conversations: list[list[SessionTurn]]) -> Replayer:
    return Replayer(conversations, CALLS, PRICES)


ROUTED = Plan("routed", rules("mid"))


def test_on_the_tier_that_it_ran_on_a_conversation_costs_what_it_cost() -> None:
    same = replay(Plan("all frontier", rules("mid"), ("frontier",)))
    assert same.recorded == RECORDED
    assert (same.replayed.low, same.replayed.high) == (RECORDED, RECORDED)


def test_another_tier_is_a_range_that_begins_at_its_list_price() -> None:
    mid = replay(Plan("all mid", rules("mid"), ("mid",)))
    # Sonnet 5.5: $10 out, $2.50 written, $0.10 read; up to 1.48 times the tokens a tier down.
    listed = (Decimal(3_000) * 10 + Decimal(21_500) * Decimal("2.5") + Decimal(4_100)) / 1_000_000
    assert mid.replayed.low == listed
    assert mid.replayed.high == listed * Decimal("1.48")


def test_an_up_kind_moves_the_conversation_to_the_top() -> None:
    raised = replay(ROUTED, [turn(0, ["a", "b"], [EDIT], "planning"), TURNS[1]])
    assert [one.first_tier for one in raised.turns] == ["frontier", "frontier"]
    assert raised.replayed.high == RECORDED


def test_the_fifth_edited_file_raises_the_rest_of_the_turn() -> None:
    turns = [turn(0, ["a", "b"], edits(5, "a")), TURNS[1]]
    raised = replay(ROUTED, turns)
    assert (raised.turns[0].first_tier, raised.turns[0].last_tier) == ("mid", "frontier")
    assert raised.turns[1].first_tier == "frontier"


def test_four_files_do_not() -> None:
    turns = [turn(0, ["a", "b"], edits(4, "a")), TURNS[1]]
    assert [one.last_tier for one in replay(ROUTED, turns).turns] == ["mid", "mid"]


def test_after_a_commit_the_next_turn_begins_at_the_start_again() -> None:
    turns = [turn(0, ["a", "b"], [*edits(5, "a"), COMMIT]), TURNS[1]]
    assert [one.first_tier for one in replay(ROUTED, turns).turns] == ["mid", "mid"]


def test_the_commit_of_a_large_turn_ends_no_task() -> None:
    turns = [turn(0, ["a", "b"], [*edits(6, "a"), COMMIT]), TURNS[1]]
    assert [one.first_tier for one in replay(ROUTED, turns).turns] == ["mid", "frontier"]


def test_where_quality_is_preferred_three_small_turns_come_down() -> None:
    plan = Plan("quality", rules("mid").prefer_quality(True))
    turns = [turn(number, [name], [EDIT]) for number, name in enumerate("abc")]
    assert [one.first_tier for one in replay(plan, turns).turns] == ["frontier"] * 3
    few = turn(0, ["a"], edits(2, "a"))
    calls = {**CALLS, "d": call("d", 3, 21_500, 500), "e": call("e", 4, 22_000, 500)}
    names = ["b", "c", "d", "e"]
    small = [turn(number + 1, [name], [EDIT]) for number, name in enumerate(names)]
    later = replay_conversations([[few, *small]], calls, plan, PRICES)
    assert [one.first_tier for one in later.turns] == [*["frontier"] * 4, "mid"]
    assert later.turns[-1].reason == "the last 3 turns were small"


def test_calls_that_a_fork_repeats_are_counted_once() -> None:
    plan = Plan("all frontier", rules("mid"), ("frontier",))
    twice = replay_conversations([TURNS, TURNS], CALLS, plan, PRICES)
    assert twice.recorded == RECORDED


def test_a_failed_commit_ends_nothing() -> None:
    failed = ToolUse("x", "Bash", "git push", failed=True)
    assert not ends_task([failed])
    assert ends_task([ToolUse("y", "Bash", "cd app && git push -u origin x")])


def test_after_a_turn_that_edits_nothing_the_next_one_begins_at_the_start_again() -> None:
    turns = [turn(0, ["a", "b"], edits(6, "a")), turn(1, []), turn(2, ["c"])]
    assert [one.first_tier for one in replay(ROUTED, turns).turns] == ["mid", "mid"]


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


def test_the_document_adds_up() -> None:
    document = build_document([TURNS], CALLS, rules("mid"), PRICES)
    assert document["recorded_usd"] == float(RECORDED)
    assert sum(row["recorded_usd"] for row in document["labels"]) == float(RECORDED)
    assert sum(row["recorded_usd"] for row in document["turn_rows"]) == float(RECORDED)
    names = [plan["plan"] for plan in document["plans"]]
    assert names[:2] == ["session router", "prefer: quality"]
    assert names[-2:] == ["one tier a session", "best single switch"]


def test_the_page_shows_every_plan_and_loads_nothing() -> None:
    document = build_document([TURNS], CALLS, rules("mid"), PRICES)
    page = draw_page(document, rules("mid").ladder)
    assert all(plan["plan"] in page for plan in document["plans"])
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_on_top_each_session_has_todays_prices_and_its_own_pauses() -> None:
    old = replace(call("o", 0, 0, 1_000), session="old", timestamp=NOW - 10**10)
    moved = put_on_top({**CALLS, "o": old}, rules("mid"))
    assert moved["b"].timestamp - moved["a"].timestamp == 60_000
    assert moved["o"].timestamp == moved["c"].timestamp
    assert {one.model for one in moved.values()} == {"claude-opus-5-5"}
