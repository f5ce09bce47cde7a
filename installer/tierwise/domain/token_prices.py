"""What a model's tokens cost, for those who cannot wait: the policy's own prices, else the list's.

Standard library only, no imports that cost a hook time.  Reports price with :mod:`tierwise.pricing`,
which also knows the prices of other days.
"""

from tierwise.domain import models

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

CLASSES = (
    "input",
    "output",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
)


def find_price(
    model: str,
    own: "Mapping[str, Mapping[str, Any]] | None" = None,
    prompt_tokens: int = 0,
) -> "dict[str, float]":
    """Return US dollars per million tokens by class; a class without a price is not in it.

    ``own``: the policy's ``prices``; one of them holds for prompts of any length.
    ``prompt_tokens``: what the request sends, where the list has a higher price for long prompts.
    """
    entry = models.find_entry(model)
    stated = _find_own(model, own or {})
    if entry is None:
        return stated
    if stated:
        return {**entry["price"], **stated}
    return choose_band(entry, prompt_tokens)


def has_all_classes(price: "Mapping[str, float]") -> bool:
    """Return whether every class of tokens has a price."""
    return all(name in price for name in CLASSES)


def choose_band(
    entry: "Mapping[str, Any]",
    prompt_tokens: int,
) -> "dict[str, float]":
    """Return the list prices of a model for a prompt of this many tokens."""
    above = entry.get("price_above")
    if above and prompt_tokens > above["above_prompt_tokens"]:
        return dict(above)
    return dict(entry["price"])


def _find_own(
    model: str,
    own: "Mapping[str, Mapping[str, Any]]",
) -> "dict[str, float]":
    wanted = models.canonical_name(model)
    for stated, row in own.items():
        if models.canonical_name(stated) == wanted:
            return {name: value for name, value in row.items() if value is not None}
    return {}
