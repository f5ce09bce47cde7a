"""By what the tokens of a call change where another tier's model does the same work."""

from __future__ import annotations

from decimal import Decimal

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
    steps_up = rules.ladder.index(tier) - rules.find_height(served)
    return span_of(served, model, steps_up)
