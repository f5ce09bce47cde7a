"""What a replay tells: each turn as it was and as it would have been, and the sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tierwise.pricing.elsewhere import Range
from tierwise.session.rules import Rules
from tierwise.transcripts.hindsight import CODE_MANY, PLAN

BIG_TURNS = (CODE_MANY, PLAN)
"""Labels whose turns should run on the top tier."""

Tiers = tuple[str, ...]


@dataclass(frozen=True)
class ReplayPlan:
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
    ``first_tier``  the tier that it would have begun on, and ``last_tier`` ended on
    ``by_tier``     list price of its calls by the tier that they would have run on, with the tokens
                    that were recorded
    ``reaction``    how the person took it; empty where nothing tells
    ``edits``       how often it edited code, and ``edits_below`` how often below the top tier
    """

    session: str
    number: int
    label: str
    kind: str
    first_tier: str
    last_tier: str
    reason: str
    recorded: Decimal
    replayed: Range
    by_tier: dict[str, Decimal]
    unpriced_calls: int
    reaction: str
    edits: int
    edits_below: int


Rows = list[ReplayedTurn]


@dataclass
class Replay:
    """All turns of some conversations under one plan."""

    plan: ReplayPlan
    turns: Rows = field(default_factory=list)

    @property
    def recorded(self) -> Decimal:
        """What was paid, at list prices."""
        costs = [turn.recorded for turn in self.turns]
        return sum(costs, Decimal(0))

    @property
    def replayed(self) -> Range:
        """What it would have been; another model takes more steps for the same work."""
        costs = [turn.replayed for turn in self.turns]
        return sum(costs, Range())

    @property
    def big_turns(self) -> list[ReplayedTurn]:
        """Turns that edited six code files or more, or planned."""
        return [turn for turn in self.turns if turn.label in BIG_TURNS]


class TurnSums:
    """What the calls of a turn cost; those without a list price are only counted.

    ``listed``: with the recorded tokens, by the tier that they run on and the model that served
    them.
    """

    def __init__(self) -> None:
        self.recorded = Decimal(0)
        self.listed: dict[tuple[str, str], Decimal] = {}
        self.unpriced_calls = 0

    def add(
        self,
        tier: str,
        served: str,
        was: Decimal | None,
        listed: Decimal | None,
    ) -> None:
        """Add a call that cost ``was`` and costs ``listed`` on a tier."""
        if was is None or listed is None:
            self.unpriced_calls += 1
            return
        self.recorded += was
        key = (tier, served)
        self.listed[key] = self.listed.get(key, Decimal(0)) + listed

    def sum_tiers(self) -> dict[str, Decimal]:
        """Return the list price by tier."""
        sums: dict[str, Decimal] = {}
        for (tier, _), listed in self.listed.items():
            known = sums.get(tier, Decimal(0))
            sums[tier] = known + listed
        return sums
