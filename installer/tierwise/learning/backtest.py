"""What another policy would have cost and missed, on what was recorded or on a table of outcomes.

Where the recorded policy took the other's tier with some chance, inverse propensity weights tell;
where it never did, nothing does, and bounds say so (see :mod:`tierwise.learning.offpolicy`).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Literal, TextIO

from tierwise.errors import TierwiseError
from tierwise.learning.beta import Interval
from tierwise.learning.offpolicy import Estimate, LoggedRow, bound_mean, weigh_inversely
from tierwise.learning.outcomes import Outcome

Choose = Callable[[str, str], str]
"""(kind, agent) -> the tier that a policy sends it to."""

Basis = Literal["measured", "bounds", "nothing"]

_COLUMNS = ("task", "tier", "passed", "usd")
_PASSED = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


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


@dataclass(frozen=True)
class Backtest:
    """One kind of work, or all of it (``kind`` is empty)."""

    kind: str
    failures: Figure
    usd: Figure


@dataclass(frozen=True)
class TableRow:
    """One try of a task on one tier, as a public table of outcomes has it; ``usd`` in US dollars."""

    task: str
    tier: str
    kind: str
    passed: bool
    usd: float | None


@dataclass(frozen=True)
class _Trial:
    """``present``: the value as it was; ``row.value`` is the one on the other policy's tier."""

    row: LoggedRow
    present: float
    is_supported: bool


def backtest_outcomes(
    outcomes: Iterable[Outcome], present: Choose, other: Choose
) -> list[Backtest]:
    """Estimate by kind, then for all of it, from this repository's own outcomes."""
    failures: dict[str, list[_Trial]] = {}
    costs: dict[str, list[_Trial]] = {}
    for outcome in outcomes:
        if outcome.is_trial:
            continue  # no policy chose its tier
        trial = _weigh_outcome(outcome, present, other)
        if outcome.verdict != "unknown":
            failed = float(outcome.verdict == "failure")
            failures.setdefault(outcome.kind, []).append(_with_value(trial, failed))
        if outcome.cost is not None:
            costs.setdefault(outcome.kind, []).append(_with_value(trial, outcome.cost))
    return _describe_kinds(failures, costs)


def backtest_table(rows: Iterable[TableRow], choose: Choose) -> list[Backtest]:
    """Estimate from a table in which the same tasks were tried on several tiers.

    ``present`` of its figures is the mean over all tries of a task, whatever their tier.
    """
    failures: dict[str, list[_Trial]] = {}
    costs: dict[str, list[_Trial]] = {}
    for kind, tries in _group_tasks(rows):
        tier = choose(kind, "")
        failed = [(one.tier, float(not one.passed)) for one in tries]
        failures.setdefault(kind, []).append(_average_tries(kind, tries[0].task, tier, failed))
        paid = [(one.tier, one.usd) for one in tries if one.usd is not None]
        if paid:
            costs.setdefault(kind, []).append(_average_tries(kind, tries[0].task, tier, paid))
    return _describe_kinds(failures, costs)


def read_table(handle: TextIO, name: str, tiers: Mapping[str, str]) -> list[TableRow]:
    """Read ``task,tier,passed,usd`` and, where it is there, ``kind``.

    ``tiers`` maps the names that a table may use to tiers of the policy.  Raises TierwiseError with
    the line for a missing column or a value that is none.
    """
    reader = csv.DictReader(handle)
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise TierwiseError(
            f"the column {missing[0]} is missing",
            place=f"{name}:1",
            remedy=f"The first line names the columns: {','.join(_COLUMNS)}, and kind if known.",
        )
    return [_read_line(row, f"{name}:{reader.line_num}", tiers) for row in reader]


def _read_line(row: Mapping[str, str], place: str, tiers: Mapping[str, str]) -> TableRow:
    passed = _PASSED.get((row["passed"] or "").strip().lower())
    if passed is None:
        raise TierwiseError(
            f"passed is {row['passed']!r}", place=place, remedy="Write true or false."
        )
    tier = (row["tier"] or "").strip()
    kind = (row.get("kind") or "").strip()
    return TableRow(row["task"], tiers.get(tier, tier), kind, passed, _read_usd(row["usd"], place))


def _read_usd(text: str | None, place: str) -> float | None:
    if not (text or "").strip():
        return None
    try:
        amount = float(str(text))
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise TierwiseError(
            f"usd is {text!r}", place=place, remedy="Write US dollars, or nothing where unknown."
        )
    return amount


def _weigh_outcome(outcome: Outcome, present: Choose, other: Choose) -> _Trial:
    now = present(outcome.kind, outcome.agent)
    then = other(outcome.kind, outcome.agent)
    by_chance = outcome.propensity < 1
    if now == then:
        # The policies agree on this work: whatever else moved the task moves it again.
        is_wanted = not outcome.is_explored
        is_supported = True
    else:
        is_wanted = outcome.tier == then
        is_supported = is_wanted or (by_chance and then == outcome.other_tier)
    row = LoggedRow(
        outcome.session or outcome.id,
        outcome.kind,
        outcome.tier,
        outcome.propensity,
        float(is_wanted),
        0.0,
    )
    return _Trial(row, 0.0, is_supported)


def _average_tries(kind: str, task: str, tier: str, tries: Sequence[tuple[str, float]]) -> _Trial:
    """Make one trial of all tries of a task, so that a task weighs one however often it was tried."""
    chosen = [value for name, value in tries if name == tier]
    present = fmean(value for _, value in tries)
    value = fmean(chosen) if chosen else 0.0
    return _Trial(
        LoggedRow(task, kind, tier, 1.0, float(bool(chosen)), value), present, bool(chosen)
    )


def _with_value(trial: _Trial, value: float) -> _Trial:
    return replace(trial, row=replace(trial.row, value=value), present=value)


def _group_tasks(rows: Iterable[TableRow]) -> Iterator[tuple[str, list[TableRow]]]:
    tasks: dict[tuple[str, str], list[TableRow]] = {}
    for row in rows:
        tasks.setdefault((row.kind, row.task), []).append(row)
    for (kind, _), tries in tasks.items():
        yield kind, tries


def _describe_kinds(
    failures: Mapping[str, Sequence[_Trial]], costs: Mapping[str, Sequence[_Trial]]
) -> list[Backtest]:
    kinds = sorted({*failures, *costs})
    found = [
        Backtest(
            kind, _estimate_mean(failures.get(kind, ()), 1.0), _estimate_mean(costs.get(kind, ()))
        )
        for kind in kinds
    ]
    if len(kinds) > 1:
        every_failure = [trial for kind in kinds for trial in failures.get(kind, ())]
        every_cost = [trial for kind in kinds for trial in costs.get(kind, ())]
        found.append(Backtest("", _estimate_mean(every_failure, 1.0), _estimate_mean(every_cost)))
    return found


def _estimate_mean(trials: Sequence[_Trial], highest: float | None = None) -> Figure:
    """Estimate one mean.  ``highest``: the largest value that there can be; as seen, if absent."""
    if not trials:
        return Figure(0, math.nan, None, Interval(0.0, math.inf), 0.0, "nothing")
    values = [trial.present for trial in trials]
    top = max(values) if highest is None else highest
    known = [trial.row for trial in trials if trial.is_supported]
    supported = len(known) / len(trials)
    present = math.fsum(values) / len(values)
    measured = _estimate_by_kind(known)
    if measured is None:
        bounds = bound_mean([trial.row for trial in trials], 0.0, top)
        return Figure(len(trials), present, None, bounds, supported, "bounds")
    low, high = max(measured.interval.low, 0.0), min(measured.interval.high, top)
    if supported == 1:
        interval = Interval(low, max(high, low))
        return Figure(len(trials), present, measured.mean, interval, supported, "measured")
    unknown = 1 - supported
    bounds = Interval(supported * low, supported * high + unknown * top)
    return Figure(len(trials), present, None, bounds, supported, "bounds")


def _estimate_by_kind(rows: Sequence[LoggedRow]) -> Estimate | None:
    """Estimate stratum by stratum, so that what one kind lacks is not lent by another."""
    strata: dict[str, list[LoggedRow]] = {}
    for row in rows:
        strata.setdefault(row.context, []).append(row)
    mean = variance = effective = 0.0
    for stratum in strata.values():
        estimate = weigh_inversely(stratum)
        if math.isnan(estimate.mean):
            return None
        share = len(stratum) / len(rows)
        half = (estimate.interval.high - estimate.interval.low) / 2
        mean += share * estimate.mean
        variance += (share * half) ** 2
        effective += estimate.effective_rows
    if not strata:
        return None
    half = math.sqrt(variance)
    return Estimate(mean, Interval(mean - half, mean + half), 1.0, effective)
