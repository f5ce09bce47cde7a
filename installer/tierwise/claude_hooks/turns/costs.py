"""What a turn cost, and what it would have cost on the model that the person had chosen.

Caches are per model, so the other model's is followed too: what it would hold of the conversation had
it served every request.  Standard library only: the hook that hears of a turn's end imports this.
"""

import time

from tierwise.claude_hooks.turns.conversation import (
    is_same,
    read_count,
)
from tierwise.domain.economics import token_span
from tierwise.domain.token_prices import (
    find_price,
    has_all_classes,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tierwise.claude_hooks.turns.conversation import Memory
    from tierwise.session.rules import Rules

    Step = dict[str, Any]

MILLION = 1_000_000


class TurnCost:
    """US dollars at the policy's prices, else the list's; None where a model has no price.

    ``cost``      of the requests as they were served
    ``own_low``, ``own_high``
                  the same requests on the person's own model, net of caches; a range, because
                  another model takes other numbers of tokens for the same work
    """

    __slots__ = ("cost", "own_high", "own_low")

    def __init__(self) -> None:
        self.cost: float | None = 0.0
        self.own_low: float | None = 0.0
        self.own_high: float | None = 0.0


def add_up_turn(
    steps: "Sequence[Step]",
    memory: "Memory",
    own: str,
    rules: "Rules",
) -> TurnCost:
    """Price the requests of a turn, and bring what the own model's cache would hold up to date."""
    total = TurnCost()
    moment = float(memory.turn.get("at") or time.time())
    for step in steps:
        served = str(step["model"])
        if not is_same(served, own):
            memory.has_other_models = True
        cached = _count_read(step) + _count_written(step)
        read = _find_own_read(step, memory, moment)
        cost = _price_step(
            served,
            step,
            _count_read(step),
            memory,
            rules,
        )
        there = _price_step(own, step, read, memory, rules)
        span = _find_span(served, own, rules)
        _add_costs(total, cost, there, span)
        memory.note_own_cache(cached)
        moment = time.time()
    return total


def _find_own_read(
    step: "Step",
    memory: "Memory",
    moment: float,
) -> int:
    """Return the tokens that the own model would have read from its cache.

    As recorded where nothing else has served yet, at the first request (what other conversations
    had written) and where the context has shrunk: then no model's cache fits.
    """
    cached = _count_read(step) + _count_written(step)
    held = memory.find_own_warm_tokens(moment)
    if not memory.has_other_models or not memory.own_cache or cached < held:
        return _count_read(step)
    return held


def _count_read(step: "Step") -> int:
    return read_count(step, "cache_read_input_tokens")


def _count_written(step: "Step") -> int:
    return read_count(step, "cache_creation_input_tokens")


def _price_step(
    model: str, step: "Step", read: int, memory: "Memory", rules: "Rules"
) -> "float | None":
    plain = read_count(step, "input_tokens")
    written = _count_read(step) + _count_written(step) - read
    price = find_price(
        model,
        rules.prices,
        plain + read + written,
    )
    if not has_all_classes(price):
        return None
    writing = price["cache_write_5m"]
    if memory.is_hour_long:
        writing = price["cache_write_1h"]
    output = read_count(step, "output_tokens")
    cost = plain * price["input"]
    cost += read * price["cache_read"]
    cost += written * writing
    cost += output * price["output"]
    return float(cost) / MILLION


def _find_span(
    served: str,
    own: str,
    rules: "Rules",
) -> "tuple[float, float]":
    if is_same(served, own):
        return 1.0, 1.0
    steps_up = rules.find_height(own) - rules.find_height(served)
    return token_span(served, own, steps_up, float)


def _add_costs(
    total: TurnCost, cost: "float | None", there: "float | None", span: "tuple[float, float]"
) -> None:
    if cost is None or there is None or total.cost is None:
        total.cost = total.own_low = total.own_high = None
        return
    low, high = span
    total.cost += cost
    total.own_low = (total.own_low or 0.0) + there * low
    total.own_high = (total.own_high or 0.0) + there * high
