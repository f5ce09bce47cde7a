"""A user's own conversations under a session policy: what each turn would have cost.

The replay knows at a turn's start what was known then: the words, the answer before, the turn
before, the context and the caches.  What the turn did is read afterwards, for the table only, and
for one thing a running router sees too: an edit of a sixth file raises the rest of the turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tierwise.domain.economics import token_span
from tierwise.pricing.prices import Prices, price
from tierwise.session.caches import ConversationCaches
from tierwise.session.choice import Conversation, Reading, Rules, choose_tier
from tierwise.transcripts.hindsight import (
    CODE_MANY,
    MANY_FILES,
    PLAN,
    is_text_file,
    label_turn,
)
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.turns import Turn

BIG_TURNS = (CODE_MANY, PLAN)
"""Labels whose turns should run on the top tier."""

_EDITS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_ENDS_PLANNING = "ExitPlanMode"

Read = Callable[[Turn, Turn | None], Reading]
"""What a turn is read as, from its own start and the turn before."""


@dataclass(frozen=True)
class Cost:
    """US dollars, as a range: another model takes more steps for the same work."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class ReplayedTurn:
    """One turn as it was and as it would have been."""

    session: str
    label: str
    """What it did: one of :data:`tierwise.transcripts.hindsight.LABELS`."""

    kind: str
    """What it was read as beforehand."""

    tier: str
    """The tier that it would have begun on."""

    lowest_tier: str
    recorded: Decimal
    replayed: Cost
    reason: str
    unpriced_calls: int = 0


@dataclass
class Replay:
    """All turns of some conversations under one policy."""

    name: str
    turns: list[ReplayedTurn] = field(default_factory=list)

    @property
    def recorded(self) -> Decimal:
        """What was paid, at list prices."""
        return sum((turn.recorded for turn in self.turns), Decimal(0))

    @property
    def replayed(self) -> Cost:
        """What it would have been."""
        return sum((turn.replayed for turn in self.turns), Cost())

    @property
    def saved(self) -> tuple[float, float]:
        """Return the saved share of what was paid, lowest and highest."""
        if not self.recorded:
            return 0.0, 0.0
        low = 1 - self.replayed.high / self.recorded
        high = 1 - self.replayed.low / self.recorded
        return float(low), float(high)

    def find_big_turns_below(self, top: str) -> list[ReplayedTurn]:
        """Return turns that edited six files or more, or planned, and began below the top tier."""
        return [turn for turn in self.turns if turn.label in BIG_TURNS and turn.tier != top]


class Policy:
    """How a replay chooses: a tier for a turn, and again when a turn shows itself to be big."""

    def __init__(self, rules: Rules, read: Read) -> None:
        self.rules = rules
        self._read = read

    def begin_conversation(self) -> Conversation:
        """Return the state of a conversation that begins."""
        return Conversation(self.rules.start)

    def begin_turn(
        self, conversation: Conversation, turn: Turn, before: Turn | None
    ) -> tuple[str, str, str]:
        """Return the turn's tier, what it was read as, and why."""
        reading = self._read(turn, before)
        reading.is_planning = reading.is_planning or turn.is_planning
        choice = choose_tier(conversation, reading, self.rules)
        conversation.base = choice.base
        return choice.tier, reading.kind, choice.reason


class FixedPolicy(Policy):
    """One tier for everything: a baseline."""

    def __init__(self, rules: Rules, tier: str) -> None:
        super().__init__(rules, lambda turn, before: Reading(""))
        self._tier = tier

    def begin_conversation(self) -> Conversation:
        """Return the state of a conversation that begins."""
        return Conversation(self._tier)

    def begin_turn(
        self, conversation: Conversation, turn: Turn, before: Turn | None
    ) -> tuple[str, str, str]:
        """Return the tier that never changes."""
        return self._tier, "", ""


def replay_conversation(
    turns: Sequence[Turn],
    calls: Mapping[str, UsageRecord],
    policy: Policy,
    prices: Prices,
    *,
    shares_prefix: bool = True,
) -> list[ReplayedTurn]:
    """Replay one conversation.  ``calls``: its main calls by ``message_id``."""
    rules = policy.rules
    caches = ConversationCaches(shares_prefix=shares_prefix)
    conversation = policy.begin_conversation()
    replayed = []
    before: Turn | None = None
    for turn in turns:
        made = [calls[name] for name in turn.call_ids if name in calls]
        if made:
            _note_caches(conversation, caches, rules, made[0].timestamp)
        tier, kind, reason = policy.begin_turn(conversation, turn, before)
        replayed.append(
            _replay_turn(turn, made, tier, conversation, caches, policy, prices, kind, reason)
        )
        if made:
            conversation.context_tokens = made[-1].prompt_tokens + made[-1].output_tokens
        before = turn
    return replayed


def _replay_turn(
    turn: Turn,
    calls: Iterable[UsageRecord],
    tier: str,
    conversation: Conversation,
    caches: ConversationCaches,
    policy: Policy,
    prices: Prices,
    kind: str,
    reason: str,
) -> ReplayedTurn:
    rules = policy.rules
    first_tier = tier
    recorded = Decimal(0)
    total = Cost()
    unpriced = 0
    growing = _follow_growth(turn)
    for call in calls:
        was = price(call, prices).cost
        moved = caches.replay(call, rules.models[tier])
        cost = price(moved, prices).cost
        if was is None or cost is None:
            unpriced += 1
            continue
        recorded += was
        total += _widen(cost, call, moved, tier, rules)
        if not isinstance(policy, FixedPolicy) and call.message_id in growing:
            tier = rules.ladder[-1]
            conversation.base = tier
    lowest = min(first_tier, tier, key=rules.ladder.index)
    return ReplayedTurn(
        turn.session,
        label_turn(turn),
        kind,
        first_tier,
        lowest,
        recorded,
        total,
        reason,
        unpriced,
    )


def _widen(cost: Decimal, call: UsageRecord, moved: UsageRecord, tier: str, rules: Rules) -> Cost:
    """The range of a call's cost on another model: tokens are counted otherwise, steps are more."""
    if moved.model == call.model:
        return Cost(cost, cost)
    served = _find_height(call.model, rules)
    low, high = token_span(call.model, moved.model, rules.ladder.index(tier) - served, Decimal)
    return Cost(cost * low, cost * high)


def _find_height(model: str, rules: Rules) -> int:
    from tierwise.domain import models

    family = models.family_of(model)
    for height, tier in enumerate(rules.ladder):
        if models.family_of(rules.models[tier]) == family:
            return height
    return len(rules.ladder) - 1


def _note_caches(
    conversation: Conversation, caches: ConversationCaches, rules: Rules, moment: int
) -> None:
    for tier in rules.ladder:
        conversation.warm_tokens[tier] = caches.find_warm_tokens(rules.models[tier], moment)


def _follow_growth(turn: Turn) -> set[str]:
    """Return the calls after which the turn is known to be a big one."""
    files: set[str] = set()
    found = set()
    for tool in turn.tools:
        if tool.name in _EDITS and not is_text_file(tool.target):
            files.add(tool.target)
        if len(files) >= MANY_FILES or tool.name == _ENDS_PLANNING:
            found.add(tool.call_id)
    return found
