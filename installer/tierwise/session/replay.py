"""A user's own conversations under a session policy: what each turn would have cost.

The replay knows at a turn's start what was known then: the words, the answer before, the turn
before, the context and the caches.  What a turn did is used for the table, and for the two things
that a running router sees as well: the fifth file that is edited, and a commit that ends the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tierwise.domain import models
from tierwise.domain.economics import token_span
from tierwise.pricing.prices import Prices, price
from tierwise.session.caches import ConversationCaches
from tierwise.session.choice import (
    Choice,
    Conversation,
    Reading,
    Rules,
    choose_tier,
    raise_within_turn,
)
from tierwise.transcripts.hindsight import (
    CODE_MANY,
    PLAN,
    ends_task,
    enters_planning,
    find_edited_code,
    label_turn,
)
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.turns import ToolUse, Turn

BIG_TURNS = (CODE_MANY, PLAN)
"""Labels whose turns should run on the top tier."""

ReadTurn = Callable[[Turn, Turn | None], Reading]
"""What a turn is read as, from its own start and the turn before."""


@dataclass(frozen=True)
class Cost:
    """US dollars, as a range: another model takes more steps for the same work."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class Plan:
    """How a replay chooses.  Without ``read_turn`` every turn runs on ``rules.start``."""

    name: str
    rules: Rules
    read_turn: ReadTurn | None = None


@dataclass(frozen=True)
class ReplayedTurn:
    """One turn as it was and as it would have been.

    ``label``       what it did: one of :data:`tierwise.transcripts.hindsight.LABELS`
    ``kind``        what it was read as beforehand; empty where it was not read
    ``first_tier``  the tier that it would have begun on
    ``last_tier``   the tier that it would have ended on
    """

    session: str
    label: str
    kind: str
    first_tier: str
    last_tier: str
    reason: str
    recorded: Decimal
    replayed: Cost
    unpriced_calls: int
    is_interrupted: bool


@dataclass
class Replay:
    """All turns of some conversations under one plan."""

    plan: Plan
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
    def big_turns(self) -> list[ReplayedTurn]:
        """Turns that edited six code files or more, or planned."""
        return [turn for turn in self.turns if turn.label in BIG_TURNS]


def replay_conversations(
    conversations: Iterable[Sequence[Turn]],
    calls: Mapping[str, UsageRecord],
    plan: Plan,
    prices: Prices,
) -> Replay:
    """Replay conversations, each with its turns in order.  ``calls``: main calls by ``message_id``.

    A call that a fork repeats is replayed where it stands first.
    """
    replay = Replay(plan)
    left = dict(calls)
    for turns in conversations:
        conversation = _ConversationReplay(plan, prices)
        for turn in turns:
            made = [left.pop(name) for name in turn.call_ids if name in left]
            replay.turns.append(conversation.replay_turn(turn, made))
    return replay


class _ConversationReplay:
    """One conversation: its caches, the tier that it is on, and the turn before."""

    def __init__(self, plan: Plan, prices: Prices) -> None:
        self._plan = plan
        self._rules = plan.rules
        self._prices = prices
        self._caches = ConversationCaches(shares_prefix=True)
        self._conversation = Conversation(plan.rules.start)
        self._before: Turn | None = None

    def replay_turn(self, turn: Turn, calls: Sequence[UsageRecord]) -> ReplayedTurn:
        """Replay one turn on the tiers that the plan chooses for it."""
        if calls:
            self._note_caches(calls[0].timestamp)
        reading, choice = self._choose(turn)
        tier = choice.tier
        recorded = Decimal(0)
        total = Cost()
        unpriced = 0
        raised = self._find_raising_call(turn)
        for call in calls:
            was = price(call, self._prices).cost
            cost = self._replay_call(call, tier)
            if was is None or cost is None:
                unpriced += 1
            else:
                recorded += was
                total += cost
            if call.message_id == raised:
                tier = self._rules.ladder[-1]
                self._conversation.base = tier
                self._conversation.reason = "many files edited in one turn"
        self._end_turn(turn, calls)
        return ReplayedTurn(
            turn.session,
            label_turn(turn),
            reading.kind,
            choice.tier,
            tier,
            choice.reason,
            recorded,
            total,
            unpriced,
            turn.is_interrupted,
        )

    def _choose(self, turn: Turn) -> tuple[Reading, Choice]:
        start = self._rules.start
        if self._plan.read_turn is None:
            return Reading(""), Choice(start, start, "")
        reading = self._plan.read_turn(turn, self._before)
        reading.is_planning = reading.is_planning or turn.is_planning
        choice = choose_tier(self._conversation, reading, self._rules)
        self._conversation.base = choice.base
        self._conversation.reason = choice.reason
        return reading, choice

    def _find_raising_call(self, turn: Turn) -> str:
        """Return the call after which a running router would raise the turn; empty where none."""
        if self._plan.read_turn is None:
            return ""
        done: list[ToolUse] = []
        for tool in turn.tools:
            done.append(tool)
            files = len(find_edited_code(done))
            if raise_within_turn(files, self._rules, enters_planning(done)) is not None:
                return tool.call_id
        return ""

    def _replay_call(self, call: UsageRecord, tier: str) -> Cost | None:
        moved = self._caches.replay(call, self._rules.models[tier])
        cost = price(moved, self._prices).cost
        if cost is None:
            return None
        if moved.model == call.model:
            return Cost(cost, cost)
        steps_up = self._rules.ladder.index(tier) - self._find_height(call.model)
        low, high = token_span(call.model, moved.model, steps_up, Decimal)
        return Cost(cost * low, cost * high)

    def _find_height(self, model: str) -> int:
        family = models.family_of(model)
        for height, tier in enumerate(self._rules.ladder):
            if models.family_of(self._rules.models[tier]) == family:
                return height
        return len(self._rules.ladder) - 1

    def _note_caches(self, moment: int) -> None:
        for tier in self._rules.ladder:
            warm = self._caches.find_warm_tokens(self._rules.models[tier], moment)
            self._conversation.warm_tokens[tier] = warm

    def _end_turn(self, turn: Turn, calls: Sequence[UsageRecord]) -> None:
        if calls:
            last = calls[-1]
            self._conversation.context_tokens = last.prompt_tokens + last.output_tokens
        self._conversation.is_task_over = ends_task(turn.tools)
        self._before = turn
