"""What the same work would have cost elsewhere: ranges, because nobody ran it there.

A record's tokens on another model are an estimate; :mod:`tierwise.domain.factors` says by how much they may differ.
Cost only: the range says nothing of the quality that the other model would have reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.ladder import AUTOMATED, Ladder
from tierwise.domain.table_shape import Table
from tierwise.pricing.elsewhere import Range, price_elsewhere
from tierwise.pricing.prices import Prices, price_all
from tierwise.report.one_cache import keep_one_model
from tierwise.report.rows import Row, find_height
from tierwise.report.turn_ends import TurnEnds


class Baseline(msgspec.Struct, frozen=True):
    """What the priced calls of a report would have cost under another rule, beside what they did cost."""

    name: str
    """``all-frontier`` (a tier's name after ``all-``) or ``policy``."""
    words: str
    cost: Range
    actual: Decimal
    """Of the same calls: only those that have a price on both sides."""
    routed: Range = Range()
    """Of the saving what routing did, the session router too; the rest is the person's own choice of models."""

    @property
    def saved(self) -> Range:
        """US dollars saved against the baseline; negative where the baseline would have been cheaper."""
        return self.cost.less(self.actual)

    @property
    def chosen(self) -> Range:
        """US dollars saved by what nobody but the person chose: the model of unrouted turns, above all."""
        return Range(
            self.saved.low - self.routed.low,
            self.saved.high - self.routed.high,
        )

    @property
    def share(self) -> tuple[float, float] | None:
        """The saving as shares of the baseline, low and high; None against nothing."""
        if not self.cost.low or not self.cost.high:
            return None
        low = 1 - self.actual / self.cost.low
        high = 1 - self.actual / self.cost.high
        return float(low), float(high)

    def as_json(self) -> dict[str, Any]:
        """Return the shape in ``baselines.counterfactuals``."""
        share = self.share or (None, None)
        return {
            "words": self.words,
            "low_usd": float(self.cost.low),
            "high_usd": float(self.cost.high),
            "actual_usd": float(self.actual),
            **self.saved.name_ends("saved"),
            **self.routed.name_ends("saved_by_routing"),
            **self.chosen.name_ends("saved_by_choice"),
            "saved_low_share": share[0],
            "saved_high_share": share[1],
        }


def baselines(
    rows: Sequence[Row],
    ladder: Ladder,
    table: Table,
    prices: Prices,
    turns: TurnEnds,
) -> list[Baseline]:
    """Return all on the top tier, all on each tier in the middle, and the policy as it is.

    ``turns``: which turns of main conversations were routed.
    """
    shares = [_share_routed(row, table, turns) for row in rows]
    steady = keep_one_model(rows)
    found = []
    for name in (ladder.top, *reversed(ladder.names[1:-1])):
        words = f"everything on {name} ({_name_models(rows, name, ladder)})"
        there = [(row, one_model, name) for row, one_model in zip(rows, steady, strict=True)]
        found.append(_make_baseline(f"all-{name}", words, there, ladder, prices, shares))
    words = "every subagent on the tier that the policy gives it"
    by_policy = [(row, row, right_tier(row, table) or "") for row in rows]
    found.append(_make_baseline("policy", words, by_policy, ladder, prices, shares))
    return found


def _name_models(
    rows: Sequence[Row],
    tier: str,
    ladder: Ladder,
) -> str:
    """Return the models that a tier is in the tools that made the calls; Claude's where there is no call."""
    models = {ladder.model_of(tier, row.record.model) for row in rows}
    return ", ".join(sorted(models or {ladder.model_of(tier)}))


def right_tier(
    row: Row,
    table: Table,
) -> str | None:
    """Return the tier that the policy gives a call: its decision's, else its agent's; None where it says nothing."""
    if row.record.is_main:
        return None
    if row.decision:
        return row.decision.tier or None
    choice = table["agents"].get(row.record.agent)
    if not choice:
        return None
    return str(choice["tier"])


def is_routed(row: Row, table: Table) -> bool:
    """Return whether routing put a call where it ran: a decision that no person overruled, or the policy's line of its agent.

    The model of a main conversation is the person's choice, unless a run of the cascade started it or its turn was routed.
    """
    if row.decision:
        return not row.decision.is_overruled
    return right_tier(row, table) == row.tier


def _share_routed(
    row: Row,
    table: Table,
    turns: TurnEnds,
) -> Decimal:
    """Return how much of a row routing decided: all or nothing, but for the routed turns of a conversation."""
    if is_routed(row, table):
        return Decimal(1)
    if row.decision or not row.record.is_main:
        return Decimal(0)
    calls = row.calls.records
    return Decimal(turns.count_routed(calls)) / len(calls)


def on_tier(
    row: Row,
    steady: Row,
    tier: str,
    ladder: Ladder,
    prices: Prices,
) -> Range | None:
    """Return what a row would have cost on a tier, in the tool that made it; None where its model has no price.

    ``steady`` is the row as one model in the whole conversation would have had it
    (:func:`tierwise.report.one_cache.keep_one_model`).
    """
    if row.tier == tier:
        cost = row.cost
        if steady is not row:
            cost = price_all(steady.calls, prices).cost
        if cost is None:
            return None
        return Range.exactly(cost)
    model = ladder.model_of(tier, row.record.model)
    return price_elsewhere(
        steady.calls,
        model,
        _count_steps(row, tier, ladder),
        prices,
    )


def _make_baseline(
    name: str,
    words: str,
    rows: Iterable[tuple[Row, Row, str]],
    ladder: Ladder,
    prices: Prices,
    shares: Iterable[Decimal],
) -> Baseline:
    """Make a baseline of ``rows``, each with what it would be in a conversation on one model, and its tier.

    ``shares``: how much of each row routing decided.
    """
    cost = routed = Range()
    actual = Decimal(0)
    for (row, steady, tier), share in zip(rows, shares, strict=True):
        if row.cost is None:
            continue
        if tier == AUTOMATED:  # a command would have done it
            actual += row.cost
            continue
        there: Range | None = Range.exactly(row.cost)
        if tier in ladder.names:
            there = on_tier(row, steady, tier, ladder, prices)
        if there is None:
            continue
        cost += there
        actual += row.cost
        routed += there.less(row.cost).times(share)
    return Baseline(name, words, cost, actual, routed)


def _count_steps(
    row: Row,
    to: str,
    ladder: Ladder,
) -> int:
    height = find_height(row, ladder)
    target = ladder.rank(to)
    if height is None or target is None:
        return 0
    return target - height
