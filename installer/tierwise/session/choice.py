"""The tier of one turn of a main conversation.  Standard library only: a hook asks this.

One decision a turn; within a turn only upwards.  A conversation begins on ``start``, goes up at
once and for the rest of the task when work of an ``up`` kind begins, and comes down only with a
new task.  A single turn of a light kind may go to the cheapest tier, where the model of its cost
says that it pays: a switch writes the whole context into the other model's cache.
"""

from tierwise.domain import models

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MILLION = 1_000_000
STEP_OUTPUT = 400
"""Tokens that a request answers with, and STEP_GROWTH that it adds to the context: medians of
recorded conversations."""

STEP_GROWTH = 1_500
STEPS = 5
"""Requests of a turn at the median; the prior until the user's own ledger says otherwise."""

EXTRA_STEPS_A_TIER = 1.2
"""How much more a tier lower takes for the same work."""


class Rules:
    """The policy's ``session:`` section, ready for use.

    ``ladder``: names of the tiers, cheapest first; ``models``: the model of each.
    """

    __slots__ = ("ladder", "light_kinds", "light_under", "models", "start", "up")

    def __init__(
        self,
        ladder: "Sequence[str]",
        models: "Mapping[str, str]",
        start: str,
        up: "Sequence[str]",
        light_kinds: "Sequence[str]",
        light_under: int,
    ) -> None:
        self.ladder = tuple(ladder)
        self.models = models
        self.start = start
        self.up = frozenset(up)
        self.light_kinds = frozenset(light_kinds)
        self.light_under = light_under


class Conversation:
    """What is known of a conversation before a turn."""

    __slots__ = ("base", "context_tokens", "reason", "warm_tokens")

    def __init__(self, base: str) -> None:
        self.base = base
        self.reason = ""
        self.context_tokens = 0
        self.warm_tokens: dict[str, int] = {}
        """By tier: how much of the context that tier's cache still holds."""


class Reading:
    """What a turn was read as, before it runs.

    ``kind``: the kind of work; ``floor``: the lowest tier that may do it, empty where any may;
    ``is_planning``: the client is in plan mode.
    """

    __slots__ = ("floor", "is_planning", "kind")

    def __init__(self, kind: str, floor: str = "", is_planning: bool = False) -> None:
        self.kind = kind
        self.floor = floor
        self.is_planning = is_planning


class Choice:
    """The tier of a turn, the one that the conversation stays on, and why."""

    __slots__ = ("base", "reason", "tier")

    def __init__(self, tier: str, base: str, reason: str) -> None:
        self.tier = tier
        self.base = base
        self.reason = reason


def choose_tier(conversation: Conversation, reading: Reading, rules: Rules) -> Choice:
    """Choose the tier of a turn.  Pure."""
    top = rules.ladder[-1]
    base = conversation.base or rules.start
    if reading.is_planning:
        return _raise_to(top, base, "plan mode", rules)
    if reading.kind in rules.up:
        return _raise_to(top, base, f"{reading.kind} goes up", rules)
    if reading.floor and _height(reading.floor, rules) > _height(base, rules):
        return _raise_to(reading.floor, base, f"not below {reading.floor}", rules)
    light = rules.ladder[0]
    if reading.kind in rules.light_kinds and light != base and not reading.floor:
        reason = _explain_light(conversation, base, light, rules)
        if reason:
            return Choice(light, base, f"{reading.kind}: {reason}")
    return Choice(base, base, conversation.reason or f"the conversation is on {base}")


def estimate_turn(
    model: str, context: int, warm: int, steps: float, extra: float = 1.0
) -> "float | None":
    """Estimate what a turn costs in US dollars; None where the model has no price.

    ``warm``: tokens that the model's cache holds already.  ``extra``: more steps of a cheaper model.
    """
    entry = models.entry(model)
    if entry is None:
        return None
    price = _choose_band(entry, context)
    held = min(warm, context)
    first = held * price["cache_read"] + (context - held) * price["cache_write_5m"]
    later = max(0.0, steps * extra - 1)
    growth = STEP_GROWTH * (price["cache_write_5m"] + price["cache_read"] * later / 2)
    step = context * price["cache_read"] + growth + STEP_OUTPUT * price["output"]
    return float(first + STEP_OUTPUT * price["output"] + later * step) / MILLION


def _explain_light(conversation: Conversation, base: str, light: str, rules: Rules) -> str:
    """Say why the cheapest tier pays for this turn; empty where it does not.

    What the turn adds to the context must be written to the base model's cache afterwards too.
    """
    context = conversation.context_tokens
    if context >= rules.light_under:
        return ""
    tiers = _height(base, rules) - _height(light, rules)
    warm = conversation.warm_tokens
    extra = EXTRA_STEPS_A_TIER**tiers
    cheap = estimate_turn(rules.models[light], context, warm.get(light, 0), STEPS, extra)
    usual = estimate_turn(rules.models[base], context, warm.get(base, 0), STEPS)
    base_entry = models.entry(rules.models[base])
    if cheap is None or usual is None or base_entry is None:
        return ""
    catching_up = STEPS * STEP_GROWTH * base_entry["price"]["cache_write_5m"] / MILLION
    if cheap + catching_up >= usual:
        return ""
    return f"${cheap + catching_up:.3f} on {light}, ${usual:.3f} on {base}"


def _choose_band(entry: "Mapping[str, Mapping[str, float]]", context: int) -> "Mapping[str, float]":
    above = entry.get("price_above")
    if above and context > above["above_prompt_tokens"]:
        return above
    return entry["price"]


def _raise_to(tier: str, base: str, reason: str, rules: Rules) -> Choice:
    if _height(tier, rules) <= _height(base, rules):
        return Choice(base, base, f"the conversation is on {base}")
    return Choice(tier, tier, reason)


def _height(tier: str, rules: Rules) -> int:
    if tier not in rules.ladder:
        return len(rules.ladder)
    return rules.ladder.index(tier)
