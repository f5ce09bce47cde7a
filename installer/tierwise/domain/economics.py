"""What work would have cost on another model: one formula for reports, estimates, status line and cascade.

No imports that cost a hook time.  Callers say which numbers they reckon in: ``float``, or ``Decimal`` where every
digit counts.
"""

from tierwise.domain import models
from tierwise.domain.factors import TOKENIZER, TURNS_PER_TIER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from typing import TypeVar

    _Number = TypeVar("_Number", float, Decimal)


def token_span(
    ran: str,
    other: str,
    steps: int,
    number: "Callable[[str], _Number]",
) -> "tuple[_Number, _Number]":
    """Return by what to multiply the recorded tokens of ``ran``, low and high, to have those of ``other``.

    ``other`` is ``steps`` tiers above ``ran`` on the ladder (below: negative).
    """
    low = high = number("1")
    newer_before = models.counts_newer_tokens(ran)
    newer_after = models.counts_newer_tokens(other)
    if newer_after and not newer_before:
        high *= number(TOKENIZER)
    elif newer_before and not newer_after:
        low /= number(TOKENIZER)
    turns = number(TURNS_PER_TIER) ** abs(steps)
    if steps > 0:
        low /= turns
    else:
        high *= turns
    return low, high


def saved_span(
    cost: "_Number",
    there: "_Number",
    span: "tuple[_Number, _Number]",
) -> "tuple[_Number, _Number]":
    """Return what was saved, low and high; negative where the other model would have been cheaper.

    ``cost`` was paid, ``there`` is the same tokens at the other model's prices, ``span`` is of :func:`token_span`.
    """
    return there * span[0] - cost, there * span[1] - cost
