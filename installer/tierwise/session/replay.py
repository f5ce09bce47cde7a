"""A user's own conversations under a session policy: what each turn would have cost.

The replay knows at a turn's start what was known then: words, answer and turn before, context and
caches.  What a turn did is for the table, and for what a running router sees: large work, the end.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from decimal import Decimal

from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import Prices, price_tokens
from tierwise.session.caches import (
    AS_RECORDED,
    ONE_HOUR,
    ConversationCaches,
    name_model,
)
from tierwise.session.choice import (
    Choice,
    Conversation,
    choose_tier,
    raise_one_tier,
)
from tierwise.session.replayed import (
    Replay,
    ReplayedTurn,
    ReplayPlan,
    Rows,
    Tiers,
    TurnSums,
)
from tierwise.session.rules import Rules
from tierwise.session.spans import find_span
from tierwise.session.taken import TakenConversation, take_calls
from tierwise.session.turns import (
    SessionTurn,
    TurnLength,
    expect_lengths,
)
from tierwise.transcripts.hindsight import PLAN
from tierwise.transcripts.records import UsageRecord

KEPT = "the person chose its model"

Calls = Mapping[str, UsageRecord]
"""Main calls by ``message_id``."""


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
        self._fixed: dict[tuple[int, Tiers], Rows] = {}
        left = dict(calls)
        self.conversations = [take_calls(turns, left, prices) for turns in conversations]
        expect_lengths(self._list_lengths())

    def _list_lengths(self) -> Iterator[TurnLength]:
        for taken in self.conversations:
            for turn, places in zip(taken.turns, taken.places, strict=True):
                if places:
                    first = taken.calls[places.start].call
                    yield TurnLength(
                        first.timestamp,
                        turn,
                        len(places),
                    )

    def replay(self, plan: ReplayPlan) -> Replay:
        """Replay all conversations under one plan."""
        replay = Replay(plan)
        for number in range(len(self.conversations)):
            replay.turns += self.replay_conversation(
                number,
                plan,
            )
        return replay

    def replay_conversation(
        self,
        number: int,
        plan: ReplayPlan,
    ) -> Rows:
        """Replay one conversation; a turn without calls of its own is no row."""
        key = (number, plan.tiers)
        if plan.tiers and key in self._fixed:
            return self._fixed[key]  # a list of tiers leaves nothing to the rules
        taken = self.conversations[number]
        conversation = _ConversationReplay(
            plan,
            self._prices,
            taken,
        )
        replayed = []
        for turn, places in zip(taken.turns, taken.places, strict=True):
            row = conversation.replay_turn(turn, places)
            if places:
                replayed.append(row)
        if plan.tiers:
            self._fixed[key] = replayed
        return replayed


class _ConversationReplay:
    """One conversation: its caches, and the tier that it is on."""

    def __init__(
        self,
        plan: ReplayPlan,
        prices: Prices,
        taken: TakenConversation,
    ) -> None:
        self._plan = plan
        self._rules = plan.rules
        self._prices = prices
        self._calls = taken.calls
        self._costs = taken.costs
        self._moved = taken.moved
        self._models = _name_models(plan.rules)
        self._caches = ConversationCaches(
            taken.calls,
            shares_prefix=True,
        )
        self._conversation = Conversation(plan.rules.first_tier)
        self._turns = 0

    def replay_turn(
        self,
        turn: SessionTurn,
        places: range,
    ) -> ReplayedTurn:
        """Replay one turn, whose calls stand at ``places``, on the tiers that the plan chooses."""
        choice = self._choose_tier(turn, places)
        sums = TurnSums()
        edits_below = 0
        parts = self._raise_within(turn, places, choice.tier)
        is_kept = self._is_kept(turn)
        for part, tier in parts:
            if is_kept:
                self._replay_kept(part, tier, sums)
            else:
                self._replay_calls(part, self._models[tier], tier, sums)
            if tier != self._rules.ladder[-1]:
                edits_below += self._count_edits(turn, part)
        self._end_turn(turn, places)
        return ReplayedTurn(
            session=turn.session,
            number=turn.number,
            label=turn.label,
            kind=turn.kind,
            first_tier=choice.tier,
            last_tier=parts[-1][1],
            reason=choice.reason,
            recorded=sums.recorded,
            replayed=self._add_steps(sums, is_kept),
            by_tier=sums.sum_tiers(),
            unpriced_calls=sums.unpriced_calls,
            reaction=turn.reaction,
            edits=len(turn.edit_calls),
            edits_below=edits_below,
        )

    def _choose_tier(
        self,
        turn: SessionTurn,
        places: range,
    ) -> Choice:
        fixed = self._plan.tiers
        if fixed:
            last = len(fixed) - 1
            tier = fixed[min(self._turns, last)]
            return Choice(tier, tier, "")
        if places:
            self._note_caches(self._calls[places[0]].touched)
        conversation = self._conversation
        conversation.pinned = turn.pinned
        choice = choose_tier(
            conversation,
            turn.make_reading(),
            self._rules,
        )
        conversation.stay_on(choice, self._rules)
        if places and self._is_kept(turn):
            served = self._calls[places[0]].model
            height = self._rules.find_height(served)
            return Choice(
                self._rules.ladder[height],
                choice.base,
                KEPT,
            )
        return choice

    def _is_kept(self, turn: SessionTurn) -> bool:
        """Return whether a turn runs on the models that served it, whatever the rules say."""
        is_named = turn.make_reading().names_tier(self._rules)
        return turn.keeps_models and not is_named and not self._plan.tiers

    def _replay_kept(
        self,
        places: range,
        tier: str,
        sums: TurnSums,
    ) -> None:
        for place in places:
            model = self._calls[place].model
            self._replay_calls(
                range(place, place + 1),
                model,
                tier,
                sums,
            )

    def _replay_calls(
        self,
        places: range,
        model: str,
        tier: str,
        sums: TurnSums,
    ) -> None:
        reads = self._caches.replay(places, model)
        for place, read in zip(places, reads, strict=True):
            was = listed = self._costs[place]
            if read != AS_RECORDED:
                listed = self._price_moved(place, model, read)
            sums.add(
                tier,
                self._calls[place].model,
                was,
                listed,
            )

    def _price_moved(
        self,
        place: int,
        model: str,
        read: int,
    ) -> Decimal | None:
        key = (place, model, read)
        if key in self._moved:
            return self._moved[key]
        known = self._calls[place]
        short = long = 0
        if known.lifetime == ONE_HOUR:
            long = known.cached - read
        else:
            short = known.cached - read
        call = known.call
        tokens = (
            call.input_tokens,
            call.output_tokens,
            short,
            long,
            read,
        )
        cost = price_tokens(call, self._prices, model, tokens)
        self._moved[key] = cost
        return cost

    def _raise_within(
        self,
        turn: SessionTurn,
        places: range,
        tier: str,
    ) -> list[tuple[range, str]]:
        """Return the parts of a turn that run on one tier each, and remember where it ends up."""
        parts = []
        rest = places
        height = self._rules.ladder.index
        for place in self._list_raises(turn, places):
            raised = self._choose_again(turn, place, tier)
            if height(raised.tier) <= height(tier):
                continue
            until = rest.index(place) + 1
            parts.append((rest[:until], tier))
            rest = rest[until:]
            tier = raised.tier
            self._conversation.stay_on(raised, self._rules)
        parts.append((rest, tier))
        return parts

    def _list_raises(
        self,
        turn: SessionTurn,
        places: range,
    ) -> list[int]:
        """Return the places of the calls after which a running router raises the turn."""
        is_named = turn.requested or turn.pinned or turn.keeps_models
        if is_named or self._plan.tiers:
            return []  # the person has named the tier, or the plan
        names = {turn.stalling_call}
        if turn.label == PLAN or not self._rules.spares_limit:
            names.add(turn.raising_call)
        return [place for place in places if self._calls[place].call.message_id in names]

    def _choose_again(
        self,
        turn: SessionTurn,
        place: int,
        tier: str,
    ) -> Choice:
        if self._calls[place].call.message_id == turn.raising_call:
            top = self._rules.ladder[-1]
            return Choice(top, top, "the turn showed to be large")
        return raise_one_tier(tier, "a tool fails in the same way", self._rules)

    def _count_edits(
        self,
        turn: SessionTurn,
        places: range,
    ) -> int:
        """Count the edits of code that the calls at some places made."""
        names = {self._calls[place].call.message_id for place in places}
        return sum(call in names for call in turn.edit_calls)

    def _add_steps(
        self,
        sums: TurnSums,
        is_kept: bool,
    ) -> Range:
        """Return what a turn costs with the extra steps and tokens of another model."""
        cost = Range()
        for (tier, served), listed in sums.listed.items():
            if is_kept:
                cost += Range(listed, listed)
                continue
            least, most = find_span(served, tier, self._rules)
            cost += Range(listed * least, listed * most)
        return cost

    def _note_caches(self, moment: int) -> None:
        warm = self._conversation.warm_tokens
        for tier, model in self._models.items():
            warm[tier] = self._caches.find_warm_tokens(
                model,
                moment,
            )

    def _end_turn(
        self,
        turn: SessionTurn,
        places: range,
    ) -> None:
        conversation = self._conversation
        if places:
            last = self._calls[places[-1]].call
            conversation.context_tokens = last.prompt_tokens + last.output_tokens
        conversation.end_turn(
            turn.label,
            turn.is_task_over,
        )
        self._turns += 1


def _name_models(rules: Rules) -> dict[str, str]:
    """Return the full id of each tier's model."""
    return {tier: name_model(model) for tier, model in rules.models.items()}
