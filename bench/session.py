"""What routing the main conversation saves on recorded sessions, net of prompt caches.

    python bench/session.py FOLDER [FOLDER ...] [--json]

Each FOLDER holds ``projects/`` with transcripts, such as a copy of ``~/.claude``.  Every call of a main conversation is
taken as one of the top tier's model, so that "saved" is against everything on the top tier at today's
list prices; nothing is stored.  A cheaper model takes more tokens for the same work: the table uses the
factors that public sessions were replayed with, 1.2 for one tier down and 1.5 for two, and beside
them the report's own range of 1 to 1.48 a tier.  "large" are turns that edited six code files or more, or planned;
"edited below" are those that edited a code file below the top tier, "mostly below" those that made most of their edits
there (or, without edits, most of their cost), "edits below" and "cost below" the shares of their
edits and of their cost before they were raised.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from tierwise.domain import table
from tierwise.pricing.prices import load_prices
from tierwise.session.baselines import HINDSIGHT, replay_cheapest
from tierwise.session.history import find_conversations, pick_main_calls
from tierwise.session.replay import Replayer
from tierwise.session.replayed import Replay, ReplayedTurn, ReplayPlan
from tierwise.session.rules import Rules, read_rules
from tierwise.session.summary import FOR_QUALITY, ROUTER, put_on_top
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.roots import find_transcripts

TOKENS_BELOW_TOP = ("1", "1.2", "1.5")
"""Times the tokens for the same work, by tiers below the top."""

NAMES = ("folder", "plan")
SHARES = ("saved", "saved_low", "saved_high")
"""Fields of a row that are no sums."""


@dataclass(frozen=True)
class Row:
    """One plan on one folder; costs in US dollars, shares of everything on the top tier."""

    folder: str
    plan: str
    conversations: int
    turns: int
    top_usd: float
    saved: float
    saved_low: float
    saved_high: float
    large: int
    begun_below_top: int
    edited_below_top: int
    mostly_below_top: int
    edits: int
    edits_below_top: int
    ended_below_top: int
    large_usd: float
    large_usd_below_top: float


def measure(folder: Path, rules: Rules, policy: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows of one folder, the router's first."""
    prices = load_prices()
    usage = read_usage([folder])
    calls = put_on_top(pick_main_calls(usage.records), rules)
    transcripts = find_transcripts([str(folder)])
    conversations = list(find_conversations(transcripts, calls, policy))
    fixed = [ReplayPlan(f"all {tier}", rules, (tier,)) for tier in rules.ladder]
    replayer = Replayer(conversations, calls, prices)
    routers = (ReplayPlan(ROUTER, rules), ReplayPlan(FOR_QUALITY, rules.prefer_quality(True)))
    replays = [replayer.replay(plan) for plan in (*routers, *fixed)]
    for name, list_tiers in HINDSIGHT.items():
        replays.append(replay_cheapest(name, list_tiers, replayer, rules))
    for replay in replays:
        yield describe(folder.name, len(conversations), replay)


def describe(folder: str, conversations: int, replay: Replay) -> Row:
    """Return one row; ``saved`` is by the factors of ``TOKENS_BELOW_TOP``."""
    top = replay.recorded
    highest = replay.plan.rules.ladder[-1]
    big = replay.big_turns
    return Row(
        folder=folder,
        plan=replay.plan.name,
        conversations=conversations,
        turns=len(replay.turns),
        top_usd=float(top),
        saved=share(top - add_tokens(replay), top),
        saved_low=share(top - replay.replayed.high, top),
        saved_high=share(top - replay.replayed.low, top),
        large=len(big),
        begun_below_top=sum(turn.first_tier != highest for turn in big),
        edited_below_top=sum(turn.edits_below > 0 for turn in big),
        mostly_below_top=sum(is_mostly_below(turn, highest) for turn in big),
        edits=sum(turn.edits for turn in big),
        edits_below_top=sum(turn.edits_below for turn in big),
        ended_below_top=sum(turn.last_tier != highest for turn in big),
        large_usd=sum(float(sum(turn.by_tier.values())) for turn in big),
        large_usd_below_top=sum(cost_below(turn, highest) for turn in big),
    )


def is_mostly_below(turn: ReplayedTurn, highest: str) -> bool:
    """Return whether most edits of a turn were made below the top tier; of one without, most of its cost."""
    if turn.edits:
        return turn.edits_below > turn.edits / 2
    return cost_below(turn, highest) > float(sum(turn.by_tier.values())) / 2


def cost_below(turn: ReplayedTurn, highest: str) -> float:
    """Return what the calls of a turn cost that ran below the top tier."""
    return sum(float(cost) for tier, cost in turn.by_tier.items() if tier != highest)


def add_tokens(replay: Replay) -> Decimal:
    """Return the cost with the tokens of ``TOKENS_BELOW_TOP``."""
    highest_first = list(reversed(replay.plan.rules.ladder))
    factors = dict(zip(highest_first, map(Decimal, TOKENS_BELOW_TOP), strict=True))
    return sum(
        (cost * factors[tier] for turn in replay.turns for tier, cost in turn.by_tier.items()),
        Decimal(0),
    )


def share(part: Decimal, whole: Decimal) -> float:
    """Return a share; 0 where there is nothing."""
    if not whole:
        return 0.0
    return float(part / whole)


def add_up(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield each plan over all folders, its shares weighed by cost."""
    for plan in dict.fromkeys(row.plan for row in rows):
        own = [row for row in rows if row.plan == plan]
        top = sum(row.top_usd for row in own) or 1.0
        sums = {}
        for field in fields(Row):
            values = [getattr(row, field.name) for row in own]
            if field.name in SHARES:
                weighed = [value * row.top_usd for value, row in zip(values, own, strict=True)]
                sums[field.name] = sum(weighed) / top
            elif field.name not in NAMES:
                sums[field.name] = sum(values)
        yield Row(folder="all", plan=plan, **sums)


def print_rows(rows: Sequence[Row]) -> None:
    """Print the rows as a table in Markdown."""
    print(
        "| folder | plan | turns | all on top | saved | range | large turns | begun below | edited below | "
        "mostly below | edits below | cost below | ended below |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        spread = f"{row.saved_low:.0%} to {row.saved_high:.0%}"
        below = row.large_usd_below_top / (row.large_usd or 1.0)
        edits = row.edits_below_top / (row.edits or 1)
        print(
            f"| {row.folder} | {row.plan} | {row.turns} | ${row.top_usd:.2f} "
            f"| {row.saved:.1%} | {spread} | {row.large} | {row.begun_below_top} "
            f"| {row.edited_below_top} | {row.mostly_below_top} | {edits:.1%} | {below:.1%} | {row.ended_below_top} |"
        )


def main() -> None:
    """Measure every folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    policy = table.load_default()
    rules = read_rules(policy)
    rows = [row for folder in options.folders for row in measure(folder, rules, policy)]
    rows += add_up(rows)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        print_rows(rows)


if __name__ == "__main__":
    main()
