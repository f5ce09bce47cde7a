"""Which rung of the policy's ladder a model stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tierwise.domain import models

OFF_LADDER = "off-ladder"
"""The tier of calls on a model that no rung of the policy names."""

AUTOMATED = "automated"
"""The tier of work that a command does."""


@dataclass(frozen=True)
class Ladder:
    """The policy's rungs, cheapest first."""

    names: tuple[str, ...]
    models: tuple[str, ...]
    """Full model ids, one a rung."""
    efforts: tuple[str, ...]
    """``low`` … ``max``, or empty where the tier leaves it to the model."""
    _known: dict[tuple[str, str, str], tuple[str, int | None]] = field(
        default_factory=dict, compare=False, hash=False, repr=False
    )

    @property
    def top(self) -> str:
        """The dearest rung."""
        return self.names[-1]

    def model_of(self, tier: str) -> str:
        """The full model id of a rung."""
        return self.models[self.names.index(tier)]

    def rank(self, tier: str) -> int | None:
        """0 for the cheapest rung; -1 for work without a model; None for a name that is no rung."""
        if tier == AUTOMATED:
            return -1
        return self.names.index(tier) if tier in self.names else None

    def tier_of(self, model: str, effort: str, decided: str = "") -> str:
        """The rung that a served model means, or :data:`OFF_LADDER`.

        A rung means every version of its model's family.  Where several rungs share a family, the one that was
        decided is meant, else the exact model, else the rung with that effort, else the first.
        """
        return self._place(model, effort, decided)[0]

    def height(self, model: str, effort: str, decided: str = "") -> int | None:
        """The rung's rank; for a model off the ladder that of the first rung at least as dear, or one above the top.

        None for a model without a list price.
        """
        return self._place(model, effort, decided)[1]

    def _place(self, model: str, effort: str, decided: str) -> tuple[str, int | None]:
        key = model, effort, decided
        place = self._known.get(key)
        if place is None:
            tier = _tier_of(self, model, effort, decided)
            place = tier, self.rank(tier) if tier != OFF_LADDER else _height_by_price(self, model)
            self._known[key] = place
        return place


def ladder_of(table: Mapping[str, Any]) -> Ladder:
    """The ladder of a compiled policy."""
    tiers = [table["tiers"][name] for name in table["ladder"]]
    return Ladder(
        tuple(table["ladder"]),
        tuple(models.full_id(tier["model"]) for tier in tiers),
        tuple(tier.get("effort") or "" for tier in tiers),
    )


def _tier_of(ladder: Ladder, model: str, effort: str, decided: str) -> str:
    family = _family(model)
    same = [index for index, name in enumerate(ladder.models) if _family(name) == family]
    if not same:
        return OFF_LADDER
    if decided in (ladder.names[index] for index in same):
        return decided
    exact = [index for index in same if ladder.models[index] == models.known_id(model)] or same
    return ladder.names[
        next((index for index in exact if ladder.efforts[index] == effort), exact[0])
    ]


def _family(model: str) -> str:
    entry = models.entry(model)
    return str(entry["family"]) if entry else model.lower()


def _height_by_price(ladder: Ladder, model: str) -> int | None:
    price = _output_price(model)
    if price is None:
        return None
    rungs = [_output_price(name) for name in ladder.models]
    return next(
        (rank for rank, rung in enumerate(rungs) if rung is not None and rung >= price), len(rungs)
    )


def _output_price(model: str) -> float | None:
    entry = models.entry(model)
    return float(entry["price"]["output"]) if entry else None
