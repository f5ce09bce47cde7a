"""What a turn of a main conversation is likely to cost.  Standard library only: a hook asks this of a light turn."""

from tierwise.domain.token_prices import find_price, has_all_classes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MILLION = 1_000_000
STEP_OUTPUT = 400
"""Tokens that a request answers with, and STEP_GROWTH that it adds to the context: medians of
recorded conversations."""

STEP_GROWTH = 1_500
EXTRA_STEPS_A_TIER = 1.2
"""How much more a tier lower takes for the same work."""


def estimate_turn(
    model: str,
    context: int,
    warm: int,
    steps: float,
    extra: float = 1.0,
    prices: "Mapping[str, Any] | None" = None,
) -> "float | None":
    """Estimate what a turn costs in US dollars; None where the model has no price.

    ``warm``: tokens that the model's cache holds already.  ``extra``: more steps of a cheaper model.
    ``prices``: the policy's own.
    """
    price = find_price(model, prices, context)
    if not has_all_classes(price):
        return None
    reading = price["cache_read"]
    writing = price["cache_write_5m"]
    answering = STEP_OUTPUT * price["output"]
    held = min(warm, context)
    first = held * reading + (context - held) * writing + answering
    later_steps = max(0.0, steps * extra - 1)
    growth = STEP_GROWTH * (writing + reading * later_steps / 2)
    later = context * reading + growth + answering
    return (first + later_steps * later) / MILLION


def price_growth(
    model: str,
    steps: float,
    prices: "Mapping[str, Any] | None" = None,
) -> float:
    """Price the writing of what a turn adds to the context to a model's cache, in US dollars."""
    writing: float = find_price(model, prices)["cache_write_5m"]
    return steps * STEP_GROWTH * writing / MILLION
