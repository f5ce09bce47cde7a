"""By what the tokens of a call change where another tier's model does the same work."""

from __future__ import annotations

from collections.abc import Sequence
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
    families = tuple(map(_name_family, rules.models.values()))
    steps_up = rules.ladder.index(tier) - _find_height(served, families)
    return span_of(served, model, steps_up)


@cache
def _name_family(model: str) -> str | None:
    return models.family_of(model)


def _find_height(
    model: str,
    families: Sequence[str | None],
) -> int:
    family = _name_family(model)
    if family in families:
        return families.index(family)
    return len(families) - 1
