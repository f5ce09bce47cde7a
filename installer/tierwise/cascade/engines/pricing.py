"""What engines need to know of money: a price, and how much output a budget can pay."""

from __future__ import annotations

from collections.abc import Callable, Mapping

# (model, usage as the API gives it) -> US dollars, or None where no price is known.
Price = Callable[[str, Mapping[str, object]], "float | None"]

_MILLION = 1_000_000
TOO_LITTLE = "the budget does not cover the shortest answer"
LEAST_TOKENS = 64  # an answer that may be no longer than this is not asked for


def name_source(cost: float | None) -> str:
    """Return what a cost that was calculated here comes from."""
    return "unpriced" if cost is None else "priced"


def affordable_tokens(
    price: Price,
    model: str,
    max_usd: float,
    prompt: Mapping[str, int],
    most: int,
) -> int | None:
    """Return how many output tokens ``max_usd`` can pay beside the prompt, at most ``most``; None where it pays for none.

    A model without a known price is not bounded: its attempts count as free.
    """
    fixed = price(model, prompt)
    per_million = price(model, {"output_tokens": _MILLION})
    if fixed is None or not per_million:
        return most
    left_usd = max_usd - fixed
    tokens = min(most, int(left_usd * _MILLION / per_million))
    if tokens < LEAST_TOKENS:
        return None
    return tokens
