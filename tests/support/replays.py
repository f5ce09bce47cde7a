"""A conversation of two turns and three calls, whose costs are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from tierwise.pricing.prices import load_prices
from tierwise.session.choice import TurnReading
from tierwise.session.replay import Replayer
from tierwise.session.replayed import Replay, ReplayPlan
from tierwise.session.rules import Rules
from tierwise.session.turns import SessionTurn, summarise_turn
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.turns import RecordedTurn, ToolUse

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
    number: int,
    calls: list[str],
    tools: list[ToolUse] | None = None,
    kind: str = "feature",
    text: str = "do it",
) -> SessionTurn:
    whole = RecordedTurn("s", number, "", text, "", tools=tools or [], call_ids=calls)
    return summarise_turn(whole, TurnReading(kind))


def edits(count: int, call_id: str) -> list[ToolUse]:
    return [ToolUse(f"{call_id}{n}", "Edit", f"m{n}.py", call_id) for n in range(count)]


def reads(count: int, call_id: str) -> list[ToolUse]:
    return [ToolUse(f"{call_id}r{n}", "Read", f"m{n}.py", call_id) for n in range(count)]


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


def replay(plan: ReplayPlan, turns: list[SessionTurn] = TURNS) -> Replay:
    return Replayer([turns], CALLS, PRICES).replay(plan)


def replayer(conversations: list[list[SessionTurn]]) -> Replayer:
    return Replayer(conversations, CALLS, PRICES)


ROUTED = ReplayPlan("routed", rules("mid"))
