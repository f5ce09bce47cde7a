"""What another policy would have cost and missed, on what was recorded or on a table of outcomes.

Where the recorded policy took the other's tier with some chance, doubly robust estimates tell; where it never did,
nothing does, and bounds say so (see :mod:`tierwise.learning.offpolicy`): a task may fail or not, and its cost lies
between what its own tokens would have cost there at the least and at the most.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace
from operator import attrgetter
from statistics import fmean
from typing import Literal

from tierwise.learning.beta import Interval
from tierwise.learning.offpolicy import (
    Estimate,
    LoggedRow,
    estimate_robustly,
    has_support,
)
from tierwise.learning.outcome_table import TableRow
from tierwise.learning.outcomes import Outcome

Choose = Callable[[str, str], str]
"""(kind, agent) -> the tier that a policy sends it to."""

FindCosts = Callable[[Outcome, str], Interval | None]
"""(outcome, tier) -> what its work would have cost there, in US dollars; None where that is unknown."""

Basis = Literal["measured", "bounds", "nothing"]

_ANY_FAILURE = Interval(0.0, 1.0)
_ANY_COST = Interval(0.0, math.inf)


@dataclass(frozen=True)
class Figure:
    """A mean per task: as it was, and under the other policy.

    ``mean`` is None where only bounds are known; ``interval`` holds the estimate's 95 % interval, or
    the bounds together with the interval of the part that is measured.
    """

    tasks: int
    present: float
    mean: float | None
    interval: Interval
    supported: float
    """The share of tasks for which the other's tier was taken with some chance."""

    basis: Basis


NOTHING = Figure(0, math.nan, None, _ANY_COST, 0.0, "nothing")


@dataclass(frozen=True)
class Backtest:
    """One kind of work, or all of it (``kind`` is empty)."""

    kind: str
    failures: Figure
    usd: Figure


@dataclass(frozen=True)
class _Trial:
    """A task.  ``row.value`` and ``present`` are as it was; ``bounds`` hold where its row does not tell."""

    row: LoggedRow
    present: float
    is_supported: bool
    bounds: Interval


_Trials = dict[str, list[_Trial]]
"""By kind of work."""


def backtest_outcomes(
    outcomes: Iterable[Outcome],
    present: Choose,
    other: Choose,
    find_costs: FindCosts = lambda outcome, tier: None,
) -> list[Backtest]:
    """Estimate by kind, then for all of it, from this repository's own outcomes."""
    failures: _Trials = defaultdict(list)
    costs: _Trials = defaultdict(list)
    for outcome in outcomes:
        if outcome.is_trial:
            continue  # no policy chose its tier
        row, is_supported = _weigh_outcome(outcome, present, other)
        if outcome.verdict != "unknown":
            failed = float(outcome.verdict == "failure")
            judged = replace(row, value=failed)
            failures[outcome.kind].append(_Trial(judged, failed, is_supported, _ANY_FAILURE))
        if outcome.cost is not None:
            bounds = _ANY_COST
            if not row.wanted:
                bounds = find_costs(outcome, row.other) or _ANY_COST
            paid = replace(row, value=outcome.cost)
            costs[outcome.kind].append(_Trial(paid, outcome.cost, is_supported, bounds))
    return _describe_kinds(failures, costs)


def backtest_table(
    rows: Iterable[TableRow],
    choose: Choose,
) -> list[Backtest]:
    """Estimate from a table in which the same tasks were tried on several tiers.

    ``present`` of its figures is the mean over all tries of a task, whatever their tier.
    """
    failures: _Trials = defaultdict(list)
    costs: _Trials = defaultdict(list)
    tasks: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for row in rows:
        tasks[row.kind, row.task].append(row)
    for (kind, task), tries in tasks.items():
        tier = choose(kind, "")
        failed = []
        paid = []
        for one in tries:
            failed.append((one.tier, float(not one.passed)))
            if one.usd is not None:
                paid.append((one.tier, one.usd))
        failures[kind].append(_average_tries(task, tier, failed, _ANY_FAILURE))
        if paid:
            costs[kind].append(_average_tries(task, tier, paid, _ANY_COST))
    return _describe_kinds(failures, costs)


def _weigh_outcome(
    outcome: Outcome,
    present: Choose,
    other: Choose,
) -> tuple[LoggedRow, bool]:
    """Return an outcome's row, its value left open, and whether it tells of the other policy."""
    now = present(outcome.kind, outcome.agent)
    then = other(outcome.kind, outcome.agent)
    if now == then:
        # The policies agree on this work: whatever else moved the task moves it again.
        is_wanted = not outcome.is_explored
        is_supported = True
        taken = outcome.tier
        if outcome.is_explored:
            taken = outcome.other_tier
    else:
        is_wanted = outcome.tier == then
        is_by_chance = outcome.propensity < 1 and then == outcome.other_tier
        is_supported = is_wanted or is_by_chance
        taken = then
    row = LoggedRow(
        cluster=outcome.session or outcome.id,
        context=f"{outcome.agent}\0{outcome.scope}",
        tier=outcome.tier,
        propensity=outcome.propensity,
        wanted=float(is_wanted),
        value=0.0,
        other=taken,
    )
    return row, is_supported


def _average_tries(
    task: str,
    tier: str,
    tries: Sequence[tuple[str, float]],
    bounds: Interval,
) -> _Trial:
    """Make one trial of all tries of a task, so that a task weighs one however often it was tried."""
    chosen = [value for name, value in tries if name == tier]
    value = 0.0
    if chosen:
        value = fmean(chosen)
    row = LoggedRow(
        cluster=task,
        context="",
        tier=tier,
        propensity=1.0,
        wanted=float(bool(chosen)),
        value=value,
    )
    present = fmean(value for _, value in tries)
    return _Trial(row, present, bool(chosen), bounds)


def _describe_kinds(
    failures: _Trials,
    costs: _Trials,
) -> list[Backtest]:
    kinds = sorted({*failures, *costs})
    found = []
    for kind in kinds:
        failed = {kind: failures.get(kind, [])}
        paid = {kind: costs.get(kind, [])}
        found.append(_describe_kind(kind, failed, paid))
    if len(kinds) > 1:
        found.append(_describe_kind("", failures, costs))
    return found


def _describe_kind(
    kind: str,
    failures: _Trials,
    costs: _Trials,
) -> Backtest:
    failed = _estimate_figure(failures, attrgetter("share_interval"))
    paid = _estimate_figure(costs, _find_mean_interval)
    return Backtest(kind, failed, paid)


def _find_mean_interval(estimate: Estimate) -> Interval:
    interval = estimate.interval
    low = max(interval.low, 0.0)
    high = max(interval.high, 0.0)
    return Interval(low, high)


def _estimate_figure(
    trials: Mapping[str, Sequence[_Trial]],
    find_interval: Callable[[Estimate], Interval],
) -> Figure:
    """Estimate one mean over several kinds of work."""
    every = [trial for kind in trials.values() for trial in kind]
    if not every:
        return NOTHING
    count = len(every)
    known, unknown = _sort_by_support(trials)
    present = math.fsum(trial.present for trial in every) / count
    supported = 1 - len(unknown) / count
    bounds = _add_up_bounds(unknown, count)
    if not known:
        return Figure(
            count,
            present,
            None,
            bounds,
            supported,
            "bounds",
        )
    mean, interval = _combine_kinds(known, find_interval)
    if not unknown:
        return Figure(
            count,
            present,
            mean,
            interval,
            supported,
            "measured",
        )
    low = bounds.low + supported * interval.low
    high = bounds.high + supported * interval.high
    return Figure(
        count,
        present,
        None,
        Interval(low, high),
        supported,
        "bounds",
    )


def _sort_by_support(
    trials: Mapping[str, Sequence[_Trial]],
) -> tuple[dict[str, list[LoggedRow]], list[_Trial]]:
    """Return the rows that tell of the other policy, by kind, and the trials for which only bounds hold."""
    known: dict[str, list[LoggedRow]] = {}
    unknown: list[_Trial] = []
    for kind, found in trials.items():
        rows = [trial.row for trial in found if trial.is_supported]
        if has_support(rows):
            known[kind] = rows
            unknown += [trial for trial in found if not trial.is_supported]
        else:
            unknown += found
    return known, unknown


def _add_up_bounds(
    trials: Sequence[_Trial],
    count: int,
) -> Interval:
    """Return what these of ``count`` trials add to the mean, at the least and at the most."""
    low = math.fsum(trial.bounds.low for trial in trials)
    high = math.fsum(trial.bounds.high for trial in trials)
    return Interval(low / count, high / count)


def _combine_kinds(
    known: Mapping[str, Sequence[LoggedRow]],
    find_interval: Callable[[Estimate], Interval],
) -> tuple[float, Interval]:
    """Estimate kind by kind, so that what one lacks is not lent by another.

    The kinds' intervals are put together side by side (Zou and Donner, 2008), which keeps their asymmetry.  A corrected
    mean of few rows may lie outside what there can be; the nearest end of its interval stands for it then.
    """
    total = sum(map(len, known.values()))
    mean = 0.0
    below = 0.0
    above = 0.0
    for rows in known.values():
        estimate = estimate_robustly(rows)
        interval = find_interval(estimate)
        share = len(rows) / total
        possible = max(estimate.mean, interval.low)
        own = min(possible, interval.high)
        mean += share * own
        below += (share * (own - interval.low)) ** 2
        above += (share * (interval.high - own)) ** 2
    low = mean - math.sqrt(below)
    high = mean + math.sqrt(above)
    return mean, Interval(low, high)
