"""The turns of a conversation with the calls that are theirs: of a call that a fork repeats, the first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tierwise.pricing.prices import Prices, price
from tierwise.session.caches import RecordedCall, read_caches
from tierwise.session.turns import SessionTurn
from tierwise.transcripts.records import UsageRecord


class TakenConversation(NamedTuple):
    """The turns of a conversation with the calls that are theirs.

    ``places``  by turn, where its calls stand in ``calls``
    ``costs``   of each call; None without a list price
    ``moved``   the same by place, other model and tokens that it reads from that model's cache, as
                far as a plan asked for it
    """

    turns: Sequence[SessionTurn]
    places: Sequence[range]
    calls: Sequence[RecordedCall]
    costs: Sequence[Decimal | None]
    moved: dict[tuple[int, str, int], Decimal | None]


def take_calls(
    turns: Sequence[SessionTurn], left: dict[str, UsageRecord], prices: Prices
) -> TakenConversation:
    """Return a conversation with its calls, and take these from what is left."""
    calls: list[UsageRecord] = []
    places = []
    for turn in turns:
        names = [name for name in turn.call_ids if name in left]
        begin = len(calls)
        calls += [left.pop(name) for name in names]
        places.append(range(begin, len(calls)))
    costs = [price(call, prices).cost for call in calls]
    return TakenConversation(
        turns,
        places,
        read_caches(calls),
        costs,
        {},
    )
