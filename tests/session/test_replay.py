"""Conversations replayed under a plan, with every figure worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from tierwise.pricing.prices import load_prices
from tierwise.session.choice import Reading, Rules
from tierwise.session.replay import Plan, Replay, replay_conversations
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


def turn(number: int, calls: list[str], tools: list[ToolUse] | None = None) -> Turn:
    return Turn("s", number, "", "do it", "", tools=tools or [], call_ids=calls)


def edits(count: int, call_id: str) -> list[ToolUse]:
    return [ToolUse(f"{call_id}{n}", "Edit", f"m{n}.py", call_id) for n in range(count)]


TURNS = [turn(0, ["a", "b"]), turn(1, ["c"])]
CALLS = {
    one.message_id: one
    for one in (call("a", 0, 0, 20_000), call("b", 1, 20_000, 1_000), call("c", 2, 21_000, 500))
}
# Opus 5.5: $20 a million out, $5 written, $0.20 read.
RECORDED = (
    Decimal(3_000) * 20 + Decimal(21_500) * 5 + Decimal(41_000) * Decimal("0.2")
) / 1_000_000


def replay(plan: Plan, turns: list[Turn] = TURNS) -> Replay:
    return replay_conversations([turns], CALLS, plan, PRICES)


def read_as(kind: str) -> Plan:
    return Plan("read", rules("mid"), lambda turn, before: Reading(kind))


def test_on_the_tier_that_it_ran_on_a_conversation_costs_what_it_cost() -> None:
    same = replay(Plan("all frontier", rules("frontier")))
    assert same.recorded == RECORDED
    assert (same.replayed.low, same.replayed.high) == (RECORDED, RECORDED)


def test_another_tier_is_a_range_that_begins_at_its_list_price() -> None:
    mid = replay(Plan("all mid", rules("mid")))
    # Sonnet 5.5: $10 out, $2.50 written, $0.10 read; up to 1.48 times the tokens a tier down.
    listed = (Decimal(3_000) * 10 + Decimal(21_500) * Decimal("2.5") + Decimal(4_100)) / 1_000_000
    assert mid.replayed.low == listed
    assert mid.replayed.high == listed * Decimal("1.48")


def test_an_up_kind_moves_the_conversation_to_the_top() -> None:
    raised = replay(read_as("planning"))
    assert [one.first_tier for one in raised.turns] == ["frontier", "frontier"]
    assert raised.replayed.high == RECORDED


def test_the_fifth_edited_file_raises_the_rest_of_the_turn() -> None:
    turns = [turn(0, ["a", "b"], edits(5, "a")), TURNS[1]]
    raised = replay(read_as("feature"), turns)
    assert (raised.turns[0].first_tier, raised.turns[0].last_tier) == ("mid", "frontier")
    assert raised.turns[1].first_tier == "frontier"


def test_four_files_do_not() -> None:
    turns = [turn(0, ["a", "b"], edits(4, "a")), TURNS[1]]
    assert [one.last_tier for one in replay(read_as("feature"), turns).turns] == ["mid", "mid"]


def test_after_a_commit_the_next_turn_begins_at_the_start_again() -> None:
    commit = ToolUse("x", "Bash", "git commit -am 'fix: x'", "b")
    turns = [turn(0, ["a", "b"], [*edits(6, "a"), commit]), TURNS[1]]
    assert [one.first_tier for one in replay(read_as("feature"), turns).turns] == ["mid", "mid"]


def test_calls_that_a_fork_repeats_are_counted_once() -> None:
    plan = Plan("all frontier", rules("frontier"))
    twice = replay_conversations([TURNS, TURNS], CALLS, plan, PRICES)
    assert twice.recorded == RECORDED


def test_a_failed_commit_ends_nothing() -> None:
    failed = ToolUse("x", "Bash", "git push", failed=True)
    assert not ends_task([failed])
    assert ends_task([ToolUse("y", "Bash", "cd app && git push -u origin x")])
