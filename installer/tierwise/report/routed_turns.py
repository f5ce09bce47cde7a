"""What the session router saved, from the ledger's rows of turns: net of caches, beside its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import msgspec

from tierwise.domain.ledger_rows import read_amount
from tierwise.report.findings.finding import count

ENDS = 2
"""Of a range."""


class LabelSum(TypedDict):
    """Turns with one label, in US dollars."""

    turns: int
    cost_usd: float
    own_usd_low: float
    own_usd_high: float


class RoutedTurns(msgspec.Struct):
    """Turns of main conversations that were routed.

    ``own_low``, ``own_high``: what they would have cost on the models that the persons had chosen.
    """

    turns: int = 0
    cost: float = 0.0
    own_low: float = 0.0
    own_high: float = 0.0
    own_models: set[str] = msgspec.field(default_factory=set)
    labels: dict[str, LabelSum] = msgspec.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the figures of ``report --json``; the baseline stands beside the saving."""
        return {
            "turns": self.turns,
            "cost_usd": self.cost,
            "own_usd": [self.own_low, self.own_high],
            "own_models": sorted(self.own_models),
            "saved_usd": [self.own_low - self.cost, self.own_high - self.cost],
            "by_label": self.labels,
        }

    def describe(self) -> str:
        """Say in one line what was saved, and against what."""
        saved = f"${self.own_low - self.cost:.2f} to ${self.own_high - self.cost:.2f}"
        whole = f"${self.own_low:.2f} to ${self.own_high:.2f}"
        models = ", ".join(sorted(self.own_models))
        turns = f"{count(self.turns, 'turn')} would have cost on {models}"
        return f"saved by the session router, net of cache: {saved} of {whole} that {turns}"


def sum_routed_turns(ledger_rows: Iterable[Mapping[str, Any]]) -> RoutedTurns:
    """Add up the turns that were routed and have a list price."""
    total = RoutedTurns()
    for row in ledger_rows:
        if row.get("row") == "turn" and row.get("routing") == "on":
            _add_turn(total, row)
    return total


def _add_turn(
    total: RoutedTurns,
    row: Mapping[str, Any],
) -> None:
    cost = read_amount(row.get("cost_usd"))
    low, high = _read_span(row.get("own_usd"))
    if cost is None or low is None or high is None or not row.get("calls"):
        return
    total.turns += 1
    total.cost += cost
    total.own_low += low
    total.own_high += high
    total.own_models.add(str(row.get("own_model")))
    label = str(row.get("label"))
    empty: LabelSum = {
        "turns": 0,
        "cost_usd": 0.0,
        "own_usd_low": 0.0,
        "own_usd_high": 0.0,
    }
    known = total.labels.setdefault(label, empty)
    known["turns"] += 1
    known["cost_usd"] += cost
    known["own_usd_low"] += low
    known["own_usd_high"] += high


def _read_span(value: object) -> tuple[float | None, float | None]:
    """Return the two ends of a range; None for an end that is none."""
    if not isinstance(value, list) or len(value) != ENDS:
        return None, None
    return read_amount(value[0]), read_amount(value[1])
