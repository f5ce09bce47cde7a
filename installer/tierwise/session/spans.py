"""By what the tokens of a call change where another tier's model does the same work."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from tierwise.domain import models
from tierwise.pricing.elsewhere import span_of
from tierwise.session.caches import name_model
from tierwise.session.rules import Rules

Span = tuple[Decimal, Decimal]
"""Times the tokens, low and high."""

_SAME_TOKENS: Span = (Decimal(1), Decimal(1))


def find_span(
    served: str,
    tier: str,
    rules: Rules,
) -> Span:
    """Return by what the tokens of a call change on a tier."""
    model = name_model(rules.models[tier])
    if model == served:
        return _SAME_TOKENS
    height = rules.ladder.index
    steps_up = height(tier) - height(find_tier(served, rules))
    return span_of(served, model, steps_up)


def find_tier(model: str, rules: Rules) -> str:
    """Return the tier whose model is of the same family; the top tier where none is."""
    family = _name_family(model)
    for tier in rules.ladder:
        if _name_family(rules.models[tier]) == family:
            return tier
    return rules.ladder[-1]


@cache
def _name_family(model: str) -> str | None:
    return models.family_of(model)
