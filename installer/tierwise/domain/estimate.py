"""What work costs at list prices, before it is done.  An estimate: every assumption is named here.

Measured costs are the business of ``tierwise report``; these figures size a policy before there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.domain import models
from tierwise.domain.economics import token_span
from tierwise.domain.kinds import AUTOMATED
from tierwise.domain.table_shape import Table
from tierwise.domain.token_prices import find_price
from tierwise.errors import TierwiseError

Route = Mapping[str, Any]  # its choice for a kind of work: tier and effort
Prices = Mapping[str, Mapping[str, float]]  # the policy's own, by model


@dataclass(frozen=True)
class Work:
    """The tokens of one task: prompt tokens written to the cache, read from it, and output (with thinking)."""

    written: int
    read: int
    output: int


# Sizes of single requests: seed "Optimal model routing between Claude tiers", section on pricing.
SMALL = Work(2_000, 0, 500)  # "a simple edit"
MEDIUM = Work(5_000, 0, 6_000)  # "unit test writing"
LARGE = Work(
    50_000,
    0,
    20_000,
)  # "complex multi-file refactoring"


@dataclass(frozen=True)
class LoopStep:
    """One step of the 15-step development loop (seed: model routing, "the Development Loop")."""

    number: int
    task: str
    agent: str | None  # None: a command does it
    work: Work


# The steps are the seed's.  The token counts are assumptions, sized so that on the seed's tiers and
# at the list prices of 2026-11-21 each step falls into the range that the seed gives for it.
LOOP: tuple[LoopStep, ...] = (
    LoopStep(1, "Research", "researcher", Work(60_000, 600_000, 12_000)),
    LoopStep(2, "Draft the plan", "planner", Work(30_000, 200_000, 8_000)),
    LoopStep(
        3,
        "Validate the requirements",
        "requirements-validator",
        Work(25_000, 150_000, 5_000),
    ),
    LoopStep(
        4,
        "Validate the integration",
        "integration-validator",
        Work(25_000, 150_000, 5_000),
    ),
    LoopStep(5, "Write the build plan", "build-planner", Work(25_000, 150_000, 8_000)),
    LoopStep(6, "Double-check the build plan", "build-checker", Work(25_000, 150_000, 4_000)),
    LoopStep(7, "Pre-flight check", None, Work(10_000, 30_000, 1_000)),
    LoopStep(8, "Implement", "implementer", Work(80_000, 1_500_000, 30_000)),
    LoopStep(9, "Code review", "code-reviewer", Work(40_000, 200_000, 6_000)),
    LoopStep(10, "Deep audit", "deep-auditor", Work(50_000, 300_000, 8_000)),
    LoopStep(11, "Remediation", "remediator", Work(40_000, 300_000, 8_000)),
    LoopStep(12, "End-to-end tests", "e2e-tester", Work(40_000, 300_000, 6_000)),
    LoopStep(13, "Final remediation", "remediator", Work(40_000, 300_000, 8_000)),
    LoopStep(14, "Commit and update the docs", "doc-writer", Work(20_000, 60_000, 4_000)),
    LoopStep(15, "Smoke test", None, Work(10_000, 30_000, 1_000)),
)


def estimate_cost(
    work: Work,
    model: str,
    effort: str | None,
    own: Prices | None = None,
) -> float | None:
    """Return US dollars for ``work`` on a model at an effort; None where the price is not known.

    ``own`` are the policy's prices, which replace the list's.  The client's effort index (relative to
    effort high) scales the whole: more effort means more turns as well as more output.
    """
    price = price_work(work, model, own)
    if price is None:
        return None
    return price * effort_index(model, effort)


def price_work(
    work: Work,
    model: str,
    own: Prices | None = None,
) -> float | None:
    """Return US dollars for exactly these tokens on a model; None where the price is not known."""
    price = find_price(model, own)
    if "input" not in price or "output" not in price:
        return None
    written = price.get("cache_write_5m", 1.25 * price["input"])
    read = price.get("cache_read", 0.1 * price["input"])
    prompt = work.written * written
    answer = work.output * price["output"]
    dollars = prompt + answer + work.read * read
    return float(dollars) / 1e6


def effort_index(model: str, effort: str | None) -> float:
    """Return the cost at an effort relative to effort high; 1.0 where the client publishes no index."""
    facts = models.find_entry(model) or {}
    index = facts.get("effort_cost_index", {})
    known = effort or facts.get("default_effort")
    return float(index.get(known, 1.0))


@dataclass(frozen=True)
class DailyTask:
    """So many tasks a day of one kind and size."""

    kind: str
    count: int
    work: Work


@dataclass(frozen=True)
class EstimateRow:
    """The estimate for one kind of work, US dollars a day; None where a model has no known price."""

    kind: str
    tier: str
    count: int
    without_low_usd: float | None
    """On the top tier: a range, because a model there takes other numbers of turns and tokens."""
    without_high_usd: float | None
    routed_usd: float | None

    @property
    def saved_share(self) -> tuple[float, float] | None:
        """Return what routing saves as shares of the top tier's cost, low and high."""
        routed, low, high = self.routed_usd, self.without_low_usd, self.without_high_usd
        if routed is None or not low or not high:
            return None
        return 1 - routed / low, 1 - routed / high


# A thousand requests a day: seed "Model routing", table "Cost impact in practice".
DEFAULT_MIX = (
    DailyTask("naming", 600, SMALL),
    DailyTask("feature", 300, MEDIUM),
    DailyTask("architecture", 100, LARGE),
)


def parse_mix(text: str) -> DailyTask:
    """Read ``feature=300`` or ``feature=300@5000/0/6000`` as a task.  Raises TierwiseError on anything else."""
    kind, _, rest = text.partition("=")
    count, _, size = rest.partition("@")
    try:
        work = _read_size(kind, size)
        task = DailyTask(kind, int(count), work)
        if not kind or task.count < 0:
            raise ValueError
        return task
    except (ValueError, TypeError):
        raise TierwiseError(
            f'"{text}" is no part of a mix',
            remedy="Write KIND=COUNT or KIND=COUNT@WRITTEN/READ/OUTPUT.",
        ) from None


def estimate_mix(
    table: Table,
    tasks: Iterable[DailyTask],
) -> list[EstimateRow]:
    """Return what a day of ``tasks`` costs as the compiled policy routes it, and with everything on the top tier.

    A task's tokens are those that it takes where the policy sends it; on the top tier they change by the factors of
    :mod:`tierwise.domain.economics`, as in a report.
    """
    return [_estimate_task(table, task) for task in tasks]


def add_rows(rows: Iterable[EstimateRow]) -> EstimateRow:
    """Return the sum of a day; an amount is None where one of its parts is not known."""
    parts = list(rows)
    return EstimateRow(
        kind="total",
        tier="",
        count=sum(row.count for row in parts),
        without_low_usd=_add_known(row.without_low_usd for row in parts),
        without_high_usd=_add_known(row.without_high_usd for row in parts),
        routed_usd=_add_known(row.routed_usd for row in parts),
    )


def _add_known(costs: Iterable[float | None]) -> float | None:
    total = 0.0
    for amount in costs:
        if amount is None:
            return None
        total += amount
    return total


def route_of(table: Table, kind: str) -> Route:
    """Return where the router sends work of a kind: its route, else the default.

    Where nothing less may do it, that is the top tier.
    """
    top = table["ladder"][-1]
    route: Route | None = table["routes"].get(kind)
    if not route:
        route = route_to_tier(table, table["default"])
    reserved = table["frontier_only"]["kinds"]
    if kind in reserved and route["tier"] != top:
        return route_to_tier(table, top)
    return route


def route_to_tier(table: Table, tier: str) -> Route:
    effort = table["tiers"][tier]["effort"]
    return {"tier": tier, "effort": effort}


def _estimate_task(table: Table, task: DailyTask) -> EstimateRow:
    automated = table["automated"].get(task.kind)
    if automated and automated.get("command"):
        return _estimate_command(table, task)
    return _estimate_route(
        table,
        task,
        route_of(table, task.kind),
    )


def estimate_step(table: Table, step: LoopStep) -> EstimateRow:
    """Return what a step of the loop costs where the policy sends its agent, and on the top tier."""
    task = DailyTask(step.task, 1, step.work)
    if step.agent is None:
        return _estimate_command(table, task)
    named = table["agents"].get(step.agent)
    if not named:
        named = {"tier": table["default"]}
    standard = route_to_tier(table, named["tier"])
    effort = named.get("effort") or standard["effort"]
    return _estimate_route(
        table,
        task,
        {**standard, "effort": effort},
    )


def _estimate_command(table: Table, task: DailyTask) -> EstimateRow:
    top = table["ladder"][-1]
    effort = table["tiers"][top]["effort"]
    on_top = _cost_on(table, task, top, effort)
    return EstimateRow(
        task.kind,
        tier="automated",
        count=task.count,
        without_low_usd=on_top,
        without_high_usd=on_top,
        routed_usd=0.0,
    )


def _estimate_route(
    table: Table,
    task: DailyTask,
    route: Route,
) -> EstimateRow:
    tier = route["tier"]
    low, high = _span_on_top(table, task, route)
    routed = _cost_on(table, task, tier, route["effort"])
    return EstimateRow(
        task.kind,
        tier=tier,
        count=task.count,
        without_low_usd=low,
        without_high_usd=high,
        routed_usd=routed,
    )


def _span_on_top(
    table: Table,
    task: DailyTask,
    route: Route,
) -> tuple[float | None, float | None]:
    """Return what the routed tokens would have cost on the top tier, low and high.

    The effort stays the route's: as in a report, no baseline speaks of effort.
    """
    ladder = table["ladder"]
    top, tier = ladder[-1], route["tier"]
    model = models.full_id(table["tiers"][tier]["model"])
    price = _price_task(table, task, top)
    if price is None:
        return None, None
    there = price * effort_index(model, route["effort"])
    if tier == top:
        return there, there
    steps = len(ladder) - 1 - ladder.index(tier)
    on_top = models.full_id(table["tiers"][top]["model"])
    low, high = token_span(model, on_top, steps, float)
    return there * low, there * high


def _cost_on(
    table: Table,
    task: DailyTask,
    tier: str,
    effort: str | None,
) -> float | None:
    price = _price_task(table, task, tier)
    if price is None:
        return None
    model = table["tiers"][tier]["model"]
    return price * effort_index(model, effort)


def _price_task(
    table: Table,
    task: DailyTask,
    tier: str,
) -> float | None:
    """Return US dollars for all of ``task`` at a tier's prices, at effort high."""
    model = table["tiers"][tier]["model"]
    single = price_work(task.work, model, table["prices"])
    if single is None:
        return None
    return single * task.count


def _read_size(kind: str, size: str) -> Work:
    """Read three counts between slashes; without them the usual size of the kind.  Raises ValueError and TypeError."""
    if not size:
        return _size_of(kind)
    numbers = [int(part) for part in size.split("/")]
    if min(numbers) < 0:
        raise ValueError
    return Work(*numbers)


def _size_of(kind: str) -> Work:
    for task in DEFAULT_MIX:
        if task.kind == kind:
            return task.work
    if kind in AUTOMATED:
        return SMALL
    return MEDIUM
