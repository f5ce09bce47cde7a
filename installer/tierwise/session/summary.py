"""The figures of a replay: what `tierwise replay --json` prints and its page shows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypedDict

from msgspec.structs import replace

from tierwise.domain import models
from tierwise.pricing.prices import Prices
from tierwise.session.baselines import HINDSIGHT, replay_cheapest
from tierwise.session.replay import Calls, Replayer
from tierwise.session.replayed import (
    Replay,
    ReplayedTurn,
    ReplayPlan,
)
from tierwise.session.rules import Rules
from tierwise.session.turns import SessionTurn
from tierwise.transcripts.hindsight import LABELS
from tierwise.transcripts.records import UsageRecord

ROUTER = "session router"
FOR_QUALITY = "prefer: quality"
SCHEMA_VERSION = 2


class PlanRow(TypedDict):
    """One way to run the conversations.  Shares are of the recorded cost, and of all on the top tier."""

    plan: str
    usd_low: float
    usd_high: float
    saved_low: float
    saved_high: float
    saved_of_top_low: float
    saved_of_top_high: float
    tiers: dict[str, int]
    big_turns: int
    big_turns_begun_below_top: int
    big_turns_edited_below_top: int
    big_turns_ended_below_top: int
    unpriced_calls: int


class LabelRow(TypedDict):
    """What the turns with one label cost, and where they would have run."""

    label: str
    turns: int
    recorded_usd: float
    replayed_usd_low: float
    replayed_usd_high: float
    saved_low: float
    saved_high: float
    tiers: dict[str, int]
    """Turns by the tier that they would have begun on."""
    last_tiers: dict[str, int]
    kinds: dict[str, int]
    """Turns by what they were read as."""
    reactions: dict[str, int]


class TurnSummary(TypedDict):
    """One turn."""

    session: str
    turn: int
    label: str
    kind: str
    first_tier: str
    last_tier: str
    reason: str
    recorded_usd: float
    replayed_usd_low: float
    replayed_usd_high: float
    reaction: str


class ReplayDocument(TypedDict):
    """All figures.  ``is_on_top``: whether every call was taken as one of the top tier's model."""

    schema_version: int
    is_on_top: bool
    conversations: int
    turns: int
    recorded_usd: float
    plans: list[PlanRow]
    labels: list[LabelRow]
    turn_rows: list[TurnSummary]


def build_document(
    conversations: Sequence[Sequence[SessionTurn]],
    calls: Calls,
    rules: Rules,
    prices: Prices,
    *,
    is_on_top: bool = False,
) -> ReplayDocument:
    """Replay the conversations under the rules and beside every baseline."""
    if is_on_top:
        calls = put_on_top(calls, rules)
    replayer = Replayer(conversations, calls, prices)
    router = replayer.replay(ReplayPlan(ROUTER, rules))
    other = replayer.replay(_plan_otherwise(rules))
    fixed = []
    for tier in reversed(rules.ladder):
        plan = ReplayPlan(f"all {tier}", rules, (tier,))
        fixed.append(replayer.replay(plan))
    replays = [router, other, *fixed]
    for name, list_tiers in HINDSIGHT.items():
        replays.append(replay_cheapest(name, list_tiers, replayer, rules))
    top = fixed[0]
    return {
        "schema_version": SCHEMA_VERSION,
        "is_on_top": is_on_top,
        "conversations": len(conversations),
        "turns": len(router.turns),
        "recorded_usd": float(router.recorded),
        "plans": [describe_plan(replay, top) for replay in replays],
        "labels": [_describe_label(label, router) for label in LABELS],
        "turn_rows": [_describe_turn(turn) for turn in router.turns],
    }


def _plan_otherwise(rules: Rules) -> ReplayPlan:
    """Return the router with the other of the policy's two preferences."""
    if rules.prefers_quality:
        return ReplayPlan(
            "prefer: saving",
            rules.prefer_quality(False),
        )
    return ReplayPlan(FOR_QUALITY, rules.prefer_quality(True))


def put_on_top(
    calls: Calls,
    rules: Rules,
) -> dict[str, UsageRecord]:
    """Return the calls as if the top tier's model had served them now, with the tokens that they had.

    Those of a session are moved in time together, so that today's list prices hold and caches expire
    as they did.
    """
    highest = rules.ladder[-1]
    top = models.full_id(rules.models[highest])
    now = int(time.time() * 1000)
    last: dict[str, int] = {}
    for call in calls.values():
        known = last.get(call.session, 0)
        last[call.session] = max(known, call.timestamp)
    moved = {}
    for name, call in calls.items():
        moment = call.timestamp + now - last[call.session]
        moved[name] = replace(
            call,
            model=top,
            timestamp=moment,
            parts=(),
        )
    return moved


def describe_plan(replay: Replay, top: Replay) -> PlanRow:
    """Return the figures of one plan beside the recorded cost and beside all on the top tier."""
    recorded = replay.recorded
    replayed = replay.replayed
    low, high = replayed.low, replayed.high
    on_top = top.replayed.high
    highest = replay.plan.rules.ladder[-1]
    big = replay.big_turns
    return {
        "plan": replay.plan.name,
        "usd_low": float(low),
        "usd_high": float(high),
        "saved_low": _divide_share(recorded - high, recorded),
        "saved_high": _divide_share(recorded - low, recorded),
        "saved_of_top_low": _divide_share(on_top - high, on_top),
        "saved_of_top_high": _divide_share(on_top - low, on_top),
        "tiers": _count_values(turn.first_tier for turn in replay.turns),
        "big_turns": len(big),
        "big_turns_begun_below_top": sum(turn.first_tier != highest for turn in big),
        "big_turns_edited_below_top": sum(turn.edits_below > 0 for turn in big),
        "big_turns_ended_below_top": sum(turn.last_tier != highest for turn in big),
        "unpriced_calls": sum(turn.unpriced_calls for turn in replay.turns),
    }


def _describe_label(label: str, replay: Replay) -> LabelRow:
    turns = [turn for turn in replay.turns if turn.label == label]
    of_label = Replay(replay.plan, turns)
    recorded = of_label.recorded
    low, high = of_label.replayed.low, of_label.replayed.high
    reactions = [turn.reaction for turn in turns if turn.reaction]
    return {
        "label": label,
        "turns": len(turns),
        "recorded_usd": float(recorded),
        "replayed_usd_low": float(low),
        "replayed_usd_high": float(high),
        "saved_low": _divide_share(recorded - high, recorded),
        "saved_high": _divide_share(recorded - low, recorded),
        "tiers": _count_values(turn.first_tier for turn in turns),
        "last_tiers": _count_values(turn.last_tier for turn in turns),
        "kinds": _count_values(turn.kind or "-" for turn in turns),
        "reactions": _count_values(reactions),
    }


def _describe_turn(turn: ReplayedTurn) -> TurnSummary:
    return {
        "session": turn.session,
        "turn": turn.number,
        "label": turn.label,
        "kind": turn.kind,
        "first_tier": turn.first_tier,
        "last_tier": turn.last_tier,
        "reason": turn.reason,
        "recorded_usd": float(turn.recorded),
        "replayed_usd_low": float(turn.replayed.low),
        "replayed_usd_high": float(turn.replayed.high),
        "reaction": turn.reaction,
    }


def _count_values(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))


def _divide_share(part: Decimal, whole: Decimal) -> float:
    if not whole:
        return 0.0
    return float(part / whole)
