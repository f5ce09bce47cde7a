"""A user's own conversations under a session policy: what each turn would have cost.

The replay knows at a turn's start what was known then: the words, the answer before, the turn
before, the context and the caches.  What a turn did is used for the table, and for the two things
that a running router sees as well: the fifth file that is edited, and a commit that ends the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tierwise.domain import models
from tierwise.domain.economics import token_span
from tierwise.pricing.prices import Prices, price
from tierwise.session.caches import ConversationCaches
from tierwise.session.choice import (
    Choice,
    Conversation,
    Rules,
    choose_tier,
)
from tierwise.session.turns import SessionTurn
from tierwise.transcripts.hindsight import CODE_MANY, PLAN
from tierwise.transcripts.records import UsageRecord

BIG_TURNS = (CODE_MANY, PLAN)
"""Labels whose turns should run on the top tier."""

Calls = Mapping[str, UsageRecord]
"""Main calls by ``message_id``."""

Costs = dict[str, Decimal | None]
"""What each call cost, by ``message_id``; None without a list price."""

CalledTurn = tuple[SessionTurn, list[UsageRecord]]
Tiers = tuple[str, ...]
Span = tuple[Decimal, Decimal]
"""Times the tokens, low and high."""

_SAME_TOKENS: Span = (Decimal(1), Decimal(1))
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cost:
    """US dollars, as a range: another model takes more steps for the same work."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Cost) -> Cost:
        low = self.low + other.low
        high = self.high + other.high
        return Cost(low, high)


@dataclass(frozen=True)
class Plan:
    """How a replay chooses: by the rules, or by a fixed list of tiers, one a turn.

    The last of ``tiers`` holds for the turns that follow.
    """

    name: str
    rules: Rules
    tiers: Tiers = ()


@dataclass(frozen=True)
class ReplayedTurn:
    """One turn as it was and as it would have been.

    ``label``       what it did: one of :data:`tierwise.transcripts.hindsight.LABELS`
    ``kind``        what it was read as beforehand; empty where it was not read
    ``first_tier``  the tier that it would have begun on
    ``last_tier``   the tier that it would have ended on
    ``by_tier``     list price of its calls by the tier that they would have run on, with the tokens
                    that were recorded
    ``reaction``    how the person took it; empty where nothing tells
    """

    session: str
    number: int
    label: str
    kind: str
    first_tier: str
    last_tier: str
    reason: str
    recorded: Decimal
    replayed: Cost
    by_tier: dict[str, Decimal]
    unpriced_calls: int
    reaction: str


Rows = list[ReplayedTurn]


@dataclass
class Replay:
    """All turns of some conversations under one plan."""

    plan: Plan
    turns: Rows = field(default_factory=list)

    @property
    def recorded(self) -> Decimal:
        """What was paid, at list prices."""
        costs = [turn.recorded for turn in self.turns]
        return sum(costs, _NOTHING)

    @property
    def replayed(self) -> Cost:
        """What it would have been."""
        costs = [turn.replayed for turn in self.turns]
        return sum(costs, Cost())

    @property
    def big_turns(self) -> list[ReplayedTurn]:
        """Turns that edited six code files or more, or planned."""
        return [turn for turn in self.turns if turn.label in BIG_TURNS]


def replay_conversations(
    conversations: Iterable[Sequence[SessionTurn]],
    calls: Calls,
    plan: Plan,
    prices: Prices,
) -> Replay:
    """Replay conversations, each with its turns in order."""
    return Replayer(conversations, calls, prices).replay(plan)


class Replayer:
    """Replays the same conversations under several plans of one policy.

    A call that a fork repeats is replayed where it stands first.
    """

    def __init__(
        self,
        conversations: Iterable[Sequence[SessionTurn]],
        calls: Calls,
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._costs: Costs = {}
        for name, call in calls.items():
            self._costs[name] = price(call, prices).cost
        self._fixed: dict[tuple[int, Tiers], Rows] = {}
        left = dict(calls)
        self.conversations = [_take_calls(turns, left) for turns in conversations]

    def replay(self, plan: Plan) -> Replay:
        """Replay all conversations under one plan."""
        replay = Replay(plan)
        for number in range(len(self.conversations)):
            replay.turns += self.replay_conversation(number, plan)
        return replay

    def replay_conversation(self, number: int, plan: Plan) -> Rows:
        """Replay one conversation; a turn without calls of its own is no row."""
        key = (number, plan.tiers)
        if plan.tiers and key in self._fixed:
            return self._fixed[key]  # a list of tiers leaves nothing to the rules
        conversation = _ConversationReplay(plan, self._prices, self._costs)
        replayed = []
        for turn, calls in self.conversations[number]:
            row = conversation.replay_turn(turn, calls)
            if calls:
                replayed.append(row)
        if plan.tiers:
            self._fixed[key] = replayed
        return replayed


def _take_calls(turns: Sequence[SessionTurn], left: dict[str, UsageRecord]) -> list[CalledTurn]:
    """Return each turn with its calls, and take these from what is left."""
    found = []
    for turn in turns:
        names = [name for name in turn.call_ids if name in left]
        calls = [left.pop(name) for name in names]
        found.append((turn, calls))
    return found


class _ConversationReplay:
    """One conversation: its caches, and the tier that it is on."""

    def __init__(self, plan: Plan, prices: Prices, costs: Costs) -> None:
        self._plan = plan
        self._rules = plan.rules
        self._prices = prices
        self._costs = costs
        self._families = list(map(models.family_of, plan.rules.models.values()))
        self._spans: dict[tuple[str, str], Span] = {}
        self._caches = ConversationCaches(shares_prefix=True)
        self._conversation = Conversation(plan.rules.start)
        self._turns = 0

    def replay_turn(self, turn: SessionTurn, calls: Sequence[UsageRecord]) -> ReplayedTurn:
        """Replay one turn on the tiers that the plan chooses for it."""
        if calls:
            self._note_caches(calls[0].timestamp)
        choice = self._choose_tier(turn)
        sums = _TurnSums()
        tier = choice.tier
        for call in calls:
            self._replay_call(call, tier, sums)
            if self._raises_tier(turn, call):
                tier = self._rules.ladder[-1]
                self._conversation.base = tier
                self._conversation.reason = "the turn showed to be large"
        self._end_turn(turn, calls)
        return ReplayedTurn(
            session=turn.session,
            number=turn.number,
            label=turn.label,
            kind=turn.kind,
            first_tier=choice.tier,
            last_tier=tier,
            reason=choice.reason,
            recorded=sums.recorded,
            replayed=Cost(sums.low, sums.high),
            by_tier=sums.by_tier,
            unpriced_calls=sums.unpriced_calls,
            reaction=turn.reaction,
        )

    def _choose_tier(self, turn: SessionTurn) -> Choice:
        fixed = self._plan.tiers
        if fixed:
            last = len(fixed) - 1
            tier = fixed[min(self._turns, last)]
            return Choice(tier, tier, "")
        reading = turn.make_reading()
        choice = choose_tier(self._conversation, reading, self._rules)
        self._conversation.base = choice.base
        self._conversation.reason = choice.reason
        return choice

    def _replay_call(self, call: UsageRecord, tier: str, sums: _TurnSums) -> None:
        was = self._costs[call.message_id]
        model = self._rules.models[tier]
        moved = self._caches.replay(call, model)
        if moved is call:
            sums.add(tier, was, was, _SAME_TOKENS)
            return
        listed = price(moved, self._prices).cost
        span = self._find_span(call.model, moved.model, tier)
        sums.add(tier, was, listed, span)

    def _raises_tier(self, turn: SessionTurn, call: UsageRecord) -> bool:
        if call.message_id != turn.raising_call or self._plan.tiers:
            return False
        return turn.label == PLAN or not self._rules.spares_limit

    def _find_span(self, model: str, other: str, tier: str) -> Span:
        span = self._spans.get((model, tier))
        if span is None:
            height = self._rules.ladder.index(tier)
            steps_up = height - _find_height(model, self._families)
            span = _SAME_TOKENS
            if other != model:
                span = token_span(model, other, steps_up, Decimal)
            self._spans[model, tier] = span
        return span

    def _note_caches(self, moment: int) -> None:
        for tier in self._rules.ladder:
            model = self._rules.models[tier]
            warm = self._caches.find_warm_tokens(model, moment)
            self._conversation.warm_tokens[tier] = warm

    def _end_turn(self, turn: SessionTurn, calls: Sequence[UsageRecord]) -> None:
        if calls:
            last = calls[-1]
            self._conversation.context_tokens = last.prompt_tokens + last.output_tokens
        self._conversation.is_task_over = turn.is_task_over
        self._turns += 1


class _TurnSums:
    """What the calls of a turn cost; those without a list price are only counted."""

    def __init__(self) -> None:
        self.recorded = Decimal(0)
        self.low = Decimal(0)
        self.high = Decimal(0)
        self.by_tier: dict[str, Decimal] = {}
        self.unpriced_calls = 0

    def add(
        self,
        tier: str,
        was: Decimal | None,
        listed: Decimal | None,
        span: Span,
    ) -> None:
        """Add a call that cost ``was`` and costs ``listed`` with its tokens times ``span`` on a tier."""
        if was is None or listed is None:
            self.unpriced_calls += 1
            return
        low, high = span
        self.recorded += was
        self.low += listed * low
        self.high += listed * high
        known = self.by_tier.get(tier, _NOTHING)
        self.by_tier[tier] = known + listed


def _find_height(model: str, families: Sequence[str | None]) -> int:
    family = models.family_of(model)
    if family in families:
        return families.index(family)
    return len(families) - 1
