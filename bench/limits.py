"""How often a subscription's limits lock a person out, with the session router and with sparing.

    python bench/limits.py FOLDER [FOLDER ...] [--weeks 100] [--draws 3] [--seed 7]
        [--locked 0.1] [--spare 60] [--cheapest 65]

Each FOLDER holds ``projects/`` with transcripts.  Weeks are drawn from the recorded days, each with its turns at their
times of day and their list price (every call taken as one of the top tier's model).  A five-hour window begins with the
first turn after the last one; a turn that finds a limit full is a lock-out, and the person waits for the reset.  Nobody
publishes the limits in dollars: they are set where, with everything on the top tier, a share ``--locked`` of the windows and
twice that of the weeks would be locked.  Sparing begins at ``--spare`` % with the economy preset;
from ``--cheapest`` % on, and before where the product takes the present pace for too fast, unprotected work runs on the
cheapest tier.  What a switch of models between two turns writes to a cache is not counted at the moment of the switch.
A turn below its floor is counted.  The last line says how right the forecast of the five-hour limit is.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tierwise.claude_hooks.limits import LimitWindow
from tierwise.claude_hooks.sparing import CHEAPEST, bend_table, bend_to_cheapest, choose_stage
from tierwise.domain import table
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy
from tierwise.pricing.prices import load_prices
from tierwise.session.history import find_conversations, pick_main_calls
from tierwise.session.replay import Replayer
from tierwise.session.replayed import ReplayedTurn, ReplayPlan
from tierwise.session.rules import read_rules
from tierwise.session.summary import put_on_top
from tierwise.session.turns import SessionTurn
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.roots import find_transcripts

DAY = 86_400
WEEK = 7 * DAY
FIVE_HOURS = 5 * 3600
WORKING_DAYS = 6
FULL = 100.0 - 1e-6
"""Percent; a limit is set at what a recorded window cost, to the last digit."""
WORTH_FORECAST = 30.0
"""Percent of a window that is used, from which its forecast is judged."""

SPARING = b"version: 1\nextends: balanced\nlimits: {conserve_from: 60, conserve: economy}\n"
TOKENS_BELOW_TOP = (Decimal("1.5"), Decimal("1.2"), Decimal(1))
"""Times the tokens for the same work, from the cheapest of three tiers up."""


@dataclass(frozen=True)
class Work:
    """One turn: seconds after midnight, and US dollars on the top tier, routed, and in both stages of sparing."""

    second: float
    on_top: float
    routed: float
    spared: float
    cheapest: float
    is_below_floor: bool


@dataclass
class Outcome:
    """Lock-outs of some weeks."""

    windows: int = 0
    weeks: int = 0
    turns: int = 0
    cheapest: int = 0

    @property
    def all(self) -> int:
        """Lock-outs by either limit."""
        return self.windows + self.weeks


def read_days(folders: Sequence[Path]) -> list[list[Work]]:
    """Read the recorded days with work on them, of each folder."""
    policy = table.load_default()
    sparing = compile_table(parse_policy(SPARING))
    days: list[list[Work]] = []
    for folder in folders:
        days += _read_folder(folder, policy, sparing)
    return days


def _read_folder(
    folder: Path, policy: dict[str, Any], sparing: dict[str, Any]
) -> Iterator[list[Work]]:
    rules = read_rules(policy)
    bent = bend_table(sparing)
    recorded = pick_main_calls(read_usage([folder]).records)
    calls = put_on_top(recorded, rules)
    conversations = list(find_conversations(find_transcripts([str(folder)]), calls, policy))
    replayer = Replayer(conversations, calls, load_prices())
    routed = replayer.replay(ReplayPlan("routed", rules))
    spared = replayer.replay(ReplayPlan("spared", read_rules(bent)))
    begun = {
        (turn.session, turn.number): (turn, recorded[name].timestamp / 1000)
        for turns in conversations
        for turn in turns
        for name in turn.call_ids[:1]
        if name in recorded
    }
    lowest = replayer.replay(ReplayPlan("cheapest", read_rules(bend_to_cheapest(bent))))
    days: dict[int, list[Work]] = defaultdict(list)
    for one, other, last in zip(routed.turns, spared.turns, lowest.turns, strict=True):
        known = begun.get((one.session, one.number))
        if known is not None:
            turn, moment = known
            days[int(moment // DAY)].append(_make_work(turn, moment % DAY, one, other, last))
    for day in sorted(days):
        yield sorted(days[day], key=lambda work: work.second)


def _make_work(
    turn: SessionTurn,
    second: float,
    routed: ReplayedTurn,
    spared: ReplayedTurn,
    cheapest: ReplayedTurn,
) -> Work:
    ladder = ("light", "mid", "frontier")
    floor = turn.floor or ladder[0]
    return Work(
        second,
        float(routed.recorded),
        _add_tokens(routed, ladder),
        _add_tokens(spared, ladder),
        _add_tokens(cheapest, ladder),
        min(ladder.index(one.first_tier) for one in (spared, cheapest)) < ladder.index(floor),
    )


def _add_tokens(turn: ReplayedTurn, ladder: Sequence[str]) -> float:
    costs = (cost * TOKENS_BELOW_TOP[ladder.index(tier)] for tier, cost in turn.by_tier.items())
    return float(sum(costs, Decimal(0)))


def draw_weeks(days: Sequence[list[Work]], count: int, seed: int) -> list[list[tuple[float, Work]]]:
    """Draw weeks of six working days; each turn with its second of the week."""
    chance = random.Random(seed)
    return [
        [
            (number * DAY + work.second, work)
            for number in range(WORKING_DAYS)
            for work in chance.choice(days)
        ]
        for _ in range(count)
    ]


def set_limits(weeks: Sequence[list[tuple[float, Work]]], locked: float) -> tuple[float, float]:
    """Return the limits in dollars by which a share of the windows, and twice that of the weeks, is locked."""
    windows = [cost for week in weeks for cost in _sum_windows(week)]
    sums = [sum(work.on_top for _, work in week) for week in weeks]
    cut = statistics.quantiles(windows, n=100)[round((1 - locked) * 100) - 1]
    return cut, statistics.quantiles(sums, n=100)[round((1 - 2 * locked) * 100) - 1]


def _sum_windows(week: list[tuple[float, Work]]) -> Iterator[float]:
    end, total = 0.0, 0.0
    for second, work in week:
        if second >= end:
            if total:
                yield total
            end, total = second + FIVE_HOURS, 0.0
        total += work.on_top
    yield total


def live_through(
    weeks: Sequence[list[tuple[float, Work]]],
    limits: tuple[float, float],
    plan: str,
    stages: tuple[float, float],
) -> Outcome:
    """Count the lock-outs.  ``plan``: top, routed or spared, which begins at the percentages ``stages``."""
    outcome = Outcome()
    for week in weeks:
        _Week(limits, plan, stages).live(week, outcome)
    return outcome


def add_outcome(total: Outcome, found: Outcome) -> None:
    """Add what was found to a total."""
    total.windows += found.windows
    total.weeks += found.weeks
    total.turns += found.turns
    total.cheapest += found.cheapest


class _Week:
    """One week under a plan, with its two limits as the hook knows them."""

    def __init__(self, limits: tuple[float, float], plan: str, stages: tuple[float, float]) -> None:
        self._limits = limits
        self._plan = plan
        self._stages = stages
        self._week = LimitWindow("seven_day", {})
        self._window = LimitWindow("five_hour", {})
        self._week.note(0.0, WEEK, 0.0)

    def live(self, week: list[tuple[float, Work]], outcome: Outcome) -> None:
        """Do the week's turns until a limit stands in the way; a turn of a lock-out is not made."""
        waits = 0.0
        for second, work in week:
            if second >= self._window.resets_at:
                self._window.note(0.0, second + FIVE_HOURS, second)
            if second < waits:
                continue
            cost = self._choose_cost(work, second, outcome)
            for window, limit in zip((self._window, self._week), self._limits, strict=True):
                used = window.used + cost / limit * 100
                window.note(used, window.resets_at, second)
            if self._week.used >= FULL:
                outcome.weeks += 1
                return
            if self._window.used >= FULL:
                outcome.windows += 1
                waits = self._window.resets_at

    def _choose_cost(self, work: Work, now: float, outcome: Outcome) -> float:
        outcome.turns += 1
        if self._plan == "top":
            return work.on_top
        conserve_from, cheapest_from = self._stages
        limits = {"conserve_from": conserve_from, "cheapest_from": cheapest_from}
        stage, _ = choose_stage((self._window, self._week), limits, now)
        if self._plan == "routed" or not stage:
            return work.routed
        if stage == CHEAPEST:
            outcome.cheapest += 1
            return work.cheapest
        return work.spared


@dataclass
class Forecast:
    """Turns at which a wall was or was not named, by whether their window ran into one."""

    said: int = 0
    right: int = 0
    came: int = 0
    minutes_off: list[float] = field(default_factory=list)

    def judge(self, forecasts: Sequence[float], wall: float) -> None:
        """Take the forecasts of one window; ``wall``: when it was full, 0 for never."""
        named = [moment for moment in forecasts if moment]
        self.said += len(named)
        if wall:
            self.right += len(named)
            self.came += len(forecasts)
            self.minutes_off += [abs(moment - wall) / 60 for moment in named]

    def describe(self) -> str:
        """Return the sentence."""
        right = self.right / (self.said or 1)
        found = self.right / (self.came or 1)
        off = statistics.median(self.minutes_off or [0])
        return f"forecast: {right:.0%} of those named came, {found:.0%} of those that came were named, {off:.0f} minutes off"


def judge_forecasts(
    weeks: Sequence[list[tuple[float, Work]]], limit: float, total: Forecast
) -> None:
    """Compare what is forecast from ``WORTH_FORECAST`` % on with what comes, everything on the top tier."""
    for week in weeks:
        window = LimitWindow("five_hour", {})
        forecasts: list[float] = []
        for second, work in week:
            if second >= window.resets_at:
                total.judge(forecasts, 0.0)
                forecasts = []
                window.note(0.0, second + FIVE_HOURS, second)
            if window.used >= FULL:
                continue
            window.note(window.used + work.on_top / limit * 100, window.resets_at, second)
            if window.used >= FULL:
                total.judge(forecasts, second)
                forecasts = []
            elif window.used >= WORTH_FORECAST:
                forecasts.append(window.forecast_full(second))
        total.judge(forecasts, 0.0)


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--weeks", type=int, default=100)
    parser.add_argument("--draws", type=int, default=3, help="draws of so many weeks, added up")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--locked", type=float, default=0.1)
    parser.add_argument("--spare", type=float, default=60)
    parser.add_argument("--cheapest", type=float, default=65)
    options = parser.parse_args()
    days = read_days(options.folders)
    stages = (options.spare, options.cheapest)
    sums = {plan: Outcome() for plan in ("top", "routed", "spared")}
    forecast = Forecast()
    for draw in range(options.draws):
        weeks = draw_weeks(days, options.weeks, options.seed + draw)
        limits = set_limits(weeks, options.locked)
        judge_forecasts(weeks, limits[0], forecast)
        for plan, total in sums.items():
            add_outcome(total, live_through(weeks, limits, plan, stages))
    print(f"{len(days)} recorded days, {options.draws} draws of {options.weeks} weeks")
    print("| plan | five-hour lock-outs | weekly lock-outs | fewer | on the cheapest tier |")
    print("|---|---|---|---|---|")
    for plan, found in sums.items():
        fewer = 1 - found.all / sums["top"].all
        share = found.cheapest / found.turns
        print(f"| {plan} | {found.windows} | {found.weeks} | {fewer:.0%} | {share:.0%} |")
    below = sum(work.is_below_floor for day in days for work in day)
    print(f"{below} protected turns below their floor while sparing")
    print(forecast.describe())


if __name__ == "__main__":
    main()
