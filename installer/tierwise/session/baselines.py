"""What simple choices would have saved on the same conversations: a router must be beside them.

Both know afterwards where the large turns were, which no router does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from tierwise.session.replay import Replayer
from tierwise.session.replayed import (
    BIG_TURNS,
    Replay,
    ReplayedTurn,
    ReplayPlan,
    Tiers,
)
from tierwise.session.rules import Rules
from tierwise.session.turns import SessionTurn

SESSION_FIXED = "one tier a session"
BEST_SWITCH = "best single switch"

Turns = Sequence[SessionTurn]
ListTiers = Callable[[Turns, Rules], list[Tiers]]
"""The tiers, turn by turn, that a conversation may have had; the cheapest is taken."""


def list_fixed_tiers(turns: Turns, rules: Rules) -> list[Tiers]:
    """Return the one tier of a conversation: the top where it had a large turn, else the start."""
    if _find_big_turns(turns):
        return [(rules.ladder[-1],)]
    return [(rules.start,)]


def list_switches(turns: Turns, rules: Rules) -> list[Tiers]:
    """Return every way with one change of tier at most that keeps large turns on the top tier.

    Of the changes upwards the last one in time, of those downwards the first: the others hold a
    conversation on the top tier for longer.
    """
    big = _find_big_turns(turns)
    fixed = list_fixed_tiers(turns, rules)
    if not big:
        return fixed
    top = rules.ladder[-1]
    turns_before = big[0]
    turns_until_last = big[-1] + 1
    up = (rules.start,) * turns_before + (top,)
    down = (top,) * turns_until_last + (rules.start,)
    return [*fixed, up, down]


HINDSIGHT: dict[str, ListTiers] = {
    SESSION_FIXED: list_fixed_tiers,
    BEST_SWITCH: list_switches,
}


def replay_cheapest(
    name: str,
    list_tiers: ListTiers,
    replayer: Replayer,
    rules: Rules,
) -> Replay:
    """Replay each conversation on the cheapest of the lists of tiers that it may have."""
    total = Replay(ReplayPlan(name, rules))
    for number, conversation in enumerate(replayer.conversations):
        replays = []
        for tiers in list_tiers(conversation.turns, rules):
            plan = ReplayPlan(name, rules, tiers)
            replays.append(replayer.replay_conversation(number, plan))
        total.turns += min(replays, key=_sum_high)
    return total


def _sum_high(turns: Iterable[ReplayedTurn]) -> Decimal:
    costs = [turn.replayed.high for turn in turns]
    return sum(costs, Decimal(0))


def _find_big_turns(turns: Turns) -> list[int]:
    return [place for place, turn in enumerate(turns) if turn.label in BIG_TURNS]
