"""The tier of one turn of a main conversation.  Standard library only: a hook asks this.

One decision a turn; within a turn only upwards.  A conversation begins on ``start``.  Plan mode, an
``up`` kind, words that promise many files or a floor raises it at once, and so does a turn that
shows to be large while it runs, for the rest of the task.  It comes down when the task is over or when
the higher tier's cache has expired, so that staying would pay for the whole context again anyway.
A single turn of a light kind may go to the cheapest tier, where the model of its cost says that it
pays: a switch writes the whole context into the other model's cache.

A task is over when its work was committed or handed over, and when a turn passed that edited
nothing; not by the commit of a large turn.

A policy that prefers quality begins on the top tier, and comes down once three turns in a row
edited one code file at most: then caches and commits lower nothing.
"""

from tierwise.domain.token_prices import (
    find_price,
    has_all_classes,
)
from tierwise.errors import TierwiseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tierwise.session.size import WorkSoFar

MILLION = 1_000_000
STEP_OUTPUT = 400
"""Tokens that a request answers with, and STEP_GROWTH that it adds to the context: medians of
recorded conversations."""

STEP_GROWTH = 1_500
STEPS = 5
"""Requests of a turn at the median: the prior of :mod:`tierwise.session.lengths`."""

EXTRA_STEPS_A_TIER = 1.2
"""How much more a tier lower takes for the same work."""

SMALL_TURNS = 3
"""Turns in a row without large work, after which a conversation that prefers quality comes down."""

QUALITY = "quality"


class Rules:
    """The policy's ``session:`` section, ready for use.

    ``ladder``: names of the tiers, cheapest first; ``models``: the model of each; ``prices``: the
    policy's own; ``spares_limit``: every turn begins on ``start``, and size raises none.
    ``prefers_quality``: conversations begin on the top tier.
    """

    __slots__ = (
        "ladder",
        "light_kinds",
        "light_under",
        "models",
        "prefers_quality",
        "prices",
        "spares_limit",
        "start",
        "up",
    )

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
        self.prices: Mapping[str, Any] = {}
        self.spares_limit = False
        self.prefers_quality = False

    @property
    def first_tier(self) -> str:
        """The tier that a conversation begins on."""
        if self.prefers_quality and not self.spares_limit:
            return self.ladder[-1]
        return self.start

    def begin_on(self, tier: str) -> "Rules":
        """Return the same rules with another start."""
        rules = Rules(
            self.ladder,
            self.models,
            tier,
            tuple(self.up),
            tuple(self.light_kinds),
            self.light_under,
        )
        rules.prices = self.prices
        rules.spares_limit = self.spares_limit
        rules.prefers_quality = self.prefers_quality
        return rules

    def prefer_quality(self, preference: bool) -> "Rules":
        """Return the same rules with this preference."""
        rules = self.begin_on(self.start)
        rules.prefers_quality = preference
        return rules


def list_claude_tiers(table: "Mapping[str, Any]") -> "list[str]":
    """Return the tiers that Claude Code serves, cheapest first; the main conversation has no others."""
    found = []
    for name in table["ladder"]:
        if table["tiers"][name].get("provider") == "claude":
            found.append(name)
    return found


def read_rules(table: "Mapping[str, Any]") -> Rules:
    """Read the rules of a compiled policy.  Raises TierwiseError where no tier is Claude's."""
    ladder = list_claude_tiers(table)
    if not ladder:
        raise TierwiseError(
            "no tier of the policy is served by Claude Code, so the main conversation has none",
            place="tierwise.yaml",
            remedy="Give one of `tiers:` a Claude model.",
        )
    session = table["session"]
    light = session["light_turns"]
    start = session["start"] or table["default"]
    if start not in ladder:
        start = ladder[-1]
    tiers = table["tiers"]
    rules = Rules(
        ladder,
        {name: tiers[name]["model"] for name in ladder},
        start,
        session["up"],
        light["kinds"],
        light["under_tokens"],
    )
    rules.prices = table.get("prices") or {}
    rules.spares_limit = session.get("spares_limit") is True
    rules.prefers_quality = session.get("prefer") == QUALITY
    return rules


class Conversation:
    """What is known of a conversation before a turn.

    ``base``            the tier that it is on
    ``reason``          why it is above ``start``; empty where it is not
    ``context_tokens``  the context that the next request sends
    ``warm_tokens``     by tier: how much of the context that tier's cache still holds
    ``is_task_over``    whether the work of before is done
    ``small_turns``     how many turns in a row, the last one included, edited one code file at most
    """

    __slots__ = (
        "base",
        "context_tokens",
        "is_task_over",
        "reason",
        "small_turns",
        "warm_tokens",
    )

    def __init__(self, base: str) -> None:
        self.base = base
        self.reason = ""
        self.context_tokens = 0
        self.warm_tokens: dict[str, int] = {}
        self.is_task_over = False
        self.small_turns = 0


class Reading:
    """What a turn was read as, before it runs.

    ``kind``         the kind of work
    ``extent``       why it is expected to change many files, empty where nothing tells
    ``floor``        the lowest tier that may do it, empty where any may
    ``is_planning``  whether the client is in plan mode
    ``requested``    the tier that the person names for this turn, empty where they name none
    ``is_stuck``     whether the person says that it still fails, or the tools failed again and again
    ``effort``       the policy's effort for the kind of work on ``effort_tier``
    ``answered``     what a model that was asked made of it, as the ledger keeps it, or None
    ``requests``     how many a turn of its kind is likely to take
    """

    __slots__ = (
        "answered",
        "effort",
        "effort_tier",
        "extent",
        "floor",
        "is_planning",
        "is_stuck",
        "kind",
        "requested",
        "requests",
    )

    def __init__(
        self,
        kind: str,
        floor: str = "",
        is_planning: bool = False,
    ) -> None:
        self.kind = kind
        self.floor = floor
        self.is_planning = is_planning
        self.extent = ""
        self.requested = ""
        self.is_stuck = False
        self.effort = ""
        self.effort_tier = ""
        self.answered: dict[str, str] | None = None
        self.requests: float = STEPS


class Choice:
    """The tier of a turn, the one that the conversation stays on, and why."""

    __slots__ = ("base", "reason", "tier")

    def __init__(
        self,
        tier: str,
        base: str,
        reason: str,
    ) -> None:
        self.tier = tier
        self.base = base
        self.reason = reason


def choose_tier(
    conversation: Conversation,
    reading: Reading,
    rules: Rules,
) -> Choice:
    """Choose the tier of a turn.  Pure."""
    top = rules.ladder[-1]
    base, why = _find_base(conversation, rules)
    if reading.requested in rules.ladder:
        return Choice(
            reading.requested,
            base,
            f"[tier: {reading.requested}]",
        )
    if reading.is_stuck:
        return raise_one_tier(base, "it still fails", rules)
    cause = _explain_raise(reading, rules)
    if cause:
        return _raise_to(top, base, cause, why, rules)
    if reading.floor:
        raised = _raise_to(
            reading.floor,
            base,
            f"not below {reading.floor}",
            why,
            rules,
        )
        return Choice(
            raised.tier,
            base,
            raised.reason,
        )  # a floor holds for its turn only
    light = rules.ladder[0]
    if reading.kind in rules.light_kinds and light != base:
        saving = _explain_light(
            conversation,
            reading,
            base,
            rules,
        )
        if saving:
            return Choice(
                light,
                base,
                f"{reading.kind}: {saving}",
            )
    return Choice(base, base, why)


def is_assigned(reading: Reading, rules: Rules) -> bool:
    """Return whether the person or the policy assigns the turn to a tier, and so to its effort.

    Other turns only take place where the conversation is: on the person's own model they keep the
    person's own effort, as a higher one would cost what the router saves.
    """
    return bool(reading.requested or reading.floor) or reading.kind in rules.up


def raise_within_turn(
    work: "WorkSoFar", rules: Rules, is_planning: bool = False
) -> "Choice | None":
    """Choose again while a turn runs: the top tier once it plans, or shows to be large."""
    cause = ""
    if is_planning:
        cause = "plan mode"
    elif not rules.spares_limit:
        cause = work.explain_size()
    if not cause:
        return None
    top = rules.ladder[-1]
    return Choice(top, top, cause)


def raise_one_tier(
    base: str,
    reason: str,
    rules: Rules,
) -> Choice:
    """Choose the tier above for the rest of the task; the top tier stays."""
    highest = len(rules.ladder) - 1
    above = _find_height(base, rules) + 1
    tier = rules.ladder[min(above, highest)]
    return Choice(tier, tier, reason)


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


def _explain_raise(reading: Reading, rules: Rules) -> str:
    """Say why the conversation goes to the top tier; empty where it does not."""
    if reading.is_planning:
        return "plan mode"
    if reading.kind in rules.up:
        return f"{reading.kind} goes up"
    if rules.spares_limit:
        return ""
    return reading.extent


def _explain_light(
    conversation: Conversation,
    reading: Reading,
    base: str,
    rules: Rules,
) -> str:
    """Say why the cheapest tier pays for this turn; empty where it does not.

    What the turn adds to the context must be written to the base model's cache afterwards too.
    """
    context = conversation.context_tokens
    if context >= rules.light_under:
        return ""
    light = rules.ladder[0]
    steps = reading.requests
    tiers = _find_height(base, rules) - _find_height(light, rules)
    warm = conversation.warm_tokens
    extra = EXTRA_STEPS_A_TIER**tiers
    prices = rules.prices
    cheap_model = rules.models[light]
    base_model = rules.models[base]
    warm_light = warm.get(light, 0)
    warm_base = warm.get(base, 0)
    cheap = estimate_turn(
        cheap_model,
        context,
        warm_light,
        steps,
        extra,
        prices,
    )
    usual = estimate_turn(
        base_model,
        context,
        warm_base,
        steps,
        prices=prices,
    )
    if cheap is None or usual is None:
        return ""
    writing = find_price(base_model, prices)["cache_write_5m"]
    catching_up = steps * STEP_GROWTH * writing / MILLION
    if cheap + catching_up >= usual:
        return ""
    return f"${cheap + catching_up:.3f} on {light}, ${usual:.3f} on {base}"


def _find_base(
    conversation: Conversation,
    rules: Rules,
) -> "tuple[str, str]":
    """Return the tier that the conversation is on, and why: down again where nothing is lost."""
    base = conversation.base or rules.first_tier
    if rules.spares_limit:
        return rules.start, "a limit is spared"
    if _find_height(base, rules) <= _find_height(rules.start, rules):
        return rules.start, f"the conversation is on {rules.start}"
    cause = _explain_descent(conversation, base, rules)
    if cause:
        return rules.start, cause
    return base, conversation.reason or f"the conversation is on {base}"


def _explain_descent(
    conversation: Conversation,
    base: str,
    rules: Rules,
) -> str:
    """Say why the conversation comes down to its start; empty where it stays."""
    if rules.prefers_quality:
        if conversation.small_turns >= SMALL_TURNS:
            return f"the last {SMALL_TURNS} turns were small"
        return ""
    if conversation.is_task_over:
        return "the work before is done"
    if conversation.context_tokens and not conversation.warm_tokens.get(base):
        return f"{base}'s cache has expired"
    return ""


def _raise_to(
    tier: str,
    base: str,
    reason: str,
    why: str,
    rules: Rules,
) -> Choice:
    if _find_height(tier, rules) <= _find_height(base, rules):
        return Choice(base, base, why)
    return Choice(tier, tier, reason)


def _find_height(tier: str, rules: Rules) -> int:
    if tier not in rules.ladder:
        return len(rules.ladder)
    return rules.ladder.index(tier)
