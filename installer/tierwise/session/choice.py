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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.session.rules import Rules
    from tierwise.session.size import WorkSoFar

STEPS = 5
"""Requests of a turn at the median: the prior of :mod:`tierwise.session.lengths`."""

SMALL_TURNS = 3
"""Turns in a row without large work, after which a conversation that prefers quality comes down."""


class Conversation:
    """What is known of a conversation before a turn: live, and where its record is replayed.

    ``base``            the tier that it is on; empty before its first turn
    ``reason``          why it is above ``start``; empty where it is not
    ``pinned``          the tier that the person pinned; empty without
    ``context_tokens``  the context that the next request sends
    ``warm_tokens``     by tier: how much of the context that tier's cache still holds
    ``is_task_over``    whether the work of before is done
    ``small_turns``     how many turns in a row, the last one included, edited one code file at most
    """

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.reason = ""
        self.pinned = ""
        self.context_tokens = 0
        self.warm_tokens: dict[str, int] = {}
        self.is_task_over = False
        self.small_turns = 0

    def stay_on(
        self,
        choice: "Choice",
        rules: "Rules",
    ) -> None:
        """Remember where a turn leaves the conversation."""
        self.base = choice.base
        self.reason = ""
        if choice.base != rules.start:
            self.reason = choice.reason

    def end_turn(
        self,
        label: str,
        is_task_over: bool,
    ) -> None:
        """Remember what a turn did, by its label in hindsight."""
        from tierwise.transcripts.hindsight import is_small

        self.is_task_over = is_task_over
        self.small_turns += 1
        if not is_small(label):
            self.small_turns = 0


class TurnReading:
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

    def names_tier(self, rules: "Rules") -> bool:
        """Return whether the person names one of the tiers for this turn."""
        return self.requested in rules.ladder


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
    reading: TurnReading,
    rules: "Rules",
) -> Choice:
    """Choose the tier of a turn.  Pure."""
    top = rules.ladder[-1]
    base, why = _find_base(conversation, rules)
    named, why_named = _find_named(conversation, reading, rules)
    if named:
        return Choice(named, base, why_named)
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


def _find_named(
    conversation: Conversation,
    reading: TurnReading,
    rules: "Rules",
) -> "tuple[str, str]":
    """Return the tier that the person names, for this turn or for all; empty where they name none."""
    if reading.names_tier(rules):
        return reading.requested, f"[tier: {reading.requested}]"
    if conversation.pinned in rules.ladder:
        return conversation.pinned, f"pinned to {conversation.pinned}"
    return "", ""


def is_assigned(reading: TurnReading, rules: "Rules") -> bool:
    """Return whether the person or the policy assigns the turn to a tier, and so to its effort.

    Other turns only take place where the conversation is: on the person's own model they keep the
    person's own effort, as a higher one would cost what the router saves.
    """
    return reading.names_tier(rules) or bool(reading.floor) or reading.kind in rules.up


def raise_within_turn(
    work: "WorkSoFar", rules: "Rules", is_planning: bool = False
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
    rules: "Rules",
) -> Choice:
    """Choose the tier above for the rest of the task; the top tier stays."""
    highest = len(rules.ladder) - 1
    above = _find_height(base, rules) + 1
    tier = rules.ladder[min(above, highest)]
    return Choice(tier, tier, reason)


def _explain_raise(reading: TurnReading, rules: "Rules") -> str:
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
    reading: TurnReading,
    base: str,
    rules: "Rules",
) -> str:
    """Say why the cheapest tier pays for this turn; empty where it does not.

    What the turn adds to the context must be written to the base model's cache afterwards too.
    """
    from tierwise.session.turn_cost import (
        EXTRA_STEPS_A_TIER,
        estimate_turn,
        price_growth,
    )

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
    catching_up = price_growth(base_model, steps, prices)
    if cheap + catching_up >= usual:
        return ""
    return f"${cheap + catching_up:.3f} on {light}, ${usual:.3f} on {base}"


def _find_base(
    conversation: Conversation,
    rules: "Rules",
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
    rules: "Rules",
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
    rules: "Rules",
) -> Choice:
    if _find_height(tier, rules) <= _find_height(base, rules):
        return Choice(base, base, why)
    return Choice(tier, tier, reason)


def _find_height(tier: str, rules: "Rules") -> int:
    if tier not in rules.ladder:
        return len(rules.ladder)
    return rules.ladder.index(tier)
