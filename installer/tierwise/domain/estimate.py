"""What work costs at list prices, before it is done.  An estimate: every assumption is named here.

Measured costs are the business of ``tierwise report``; these figures size a policy before there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.domain import models
from tierwise.domain.kinds import AUTOMATED
from tierwise.errors import TierwiseError


@dataclass(frozen=True)
class Work:
    """The tokens of one task: prompt tokens written to the cache, read from it, and output (with thinking)."""

    written: int
    read: int
    output: int


# Sizes of single requests: seed "Optimal model routing between Claude tiers", section on pricing.
SMALL = Work(2_000, 0, 500)  # "a simple edit"
MEDIUM = Work(5_000, 0, 6_000)  # "unit test writing"
LARGE = Work(50_000, 0, 20_000)  # "complex multi-file refactoring"


@dataclass(frozen=True)
class Step:
    """One step of the 15-step development loop (seed: model routing, "the Development Loop")."""

    number: int
    phase: str
    task: str
    agent: str | None  # None: a command does it
    work: Work


# Steps and phases are the seed's.  The token counts are assumptions, sized so that on the seed's tiers and
# at the list prices of 2026-11-21 each step falls into the range that the seed gives for it.
LOOP: tuple[Step, ...] = (
    Step(1, "plan", "Research", "researcher", Work(60_000, 600_000, 12_000)),
    Step(2, "plan", "Draft the plan", "planner", Work(30_000, 200_000, 8_000)),
    Step(
        3,
        "plan",
        "Validate the requirements",
        "requirements-validator",
        Work(25_000, 150_000, 5_000),
    ),
    Step(
        4, "plan", "Validate the integration", "integration-validator", Work(25_000, 150_000, 5_000)
    ),
    Step(5, "plan", "Write the build plan", "build-planner", Work(25_000, 150_000, 8_000)),
    Step(6, "plan", "Double-check the build plan", "build-checker", Work(25_000, 150_000, 4_000)),
    Step(7, "build", "Pre-flight check", None, Work(10_000, 30_000, 1_000)),
    Step(8, "build", "Implement", "implementer", Work(80_000, 1_500_000, 30_000)),
    Step(9, "build", "Code review", "code-reviewer", Work(40_000, 200_000, 6_000)),
    Step(10, "build", "Deep audit", "deep-auditor", Work(50_000, 300_000, 8_000)),
    Step(11, "build", "Remediation", "remediator", Work(40_000, 300_000, 8_000)),
    Step(12, "ship", "End-to-end tests", "e2e-tester", Work(40_000, 300_000, 6_000)),
    Step(13, "ship", "Final remediation", "remediator", Work(40_000, 300_000, 8_000)),
    Step(14, "ship", "Commit and update the docs", "doc-writer", Work(20_000, 60_000, 4_000)),
    Step(15, "ship", "Smoke test", None, Work(10_000, 30_000, 1_000)),
)


def cost(
    work: Work, model: str, effort: str | None, own: Mapping[str, float] | None = None
) -> float | None:
    """US dollars for ``work`` on a model at an effort; None where the price is not known.

    ``own`` are prices per million tokens that replace the list's.  The client's effort index (relative to
    effort high) scales the whole: more effort means more turns as well as more output.
    """
    facts = models.entry(model) or {}
    price = {**facts.get("price", {}), **(own or {})}
    if "input" not in price or "output" not in price:
        return None
    written = price.get("cache_write_5m", 1.25 * price["input"])
    dollars = work.written * written + work.output * price["output"]
    dollars += work.read * price.get("cache_read", 0.1 * price["input"])
    return float(dollars) / 1e6 * effort_index(model, effort)


def effort_index(model: str, effort: str | None) -> float:
    """Cost at an effort relative to effort high; 1.0 where the client publishes no index."""
    facts = models.entry(model) or {}
    index = facts.get("effort_cost_index", {})
    return float(index.get(effort or facts.get("default_effort"), 1.0))


@dataclass(frozen=True)
class Task:
    """So many tasks a day of one kind and size."""

    kind: str
    count: int
    work: Work


@dataclass(frozen=True)
class Row:
    """The estimate for one kind of work; None where a model has no known price."""

    kind: str
    tier: str
    count: int
    without_usd: float | None
    routed_usd: float | None


# A thousand requests a day: seed "Model routing", table "Cost impact in practice".
DEFAULT_MIX = (
    Task("naming", 600, SMALL),
    Task("feature", 300, MEDIUM),
    Task("architecture", 100, LARGE),
)


def parse_mix(text: str) -> Task:
    """``feature=300`` or ``feature=300@5000/0/6000`` as a task.  Raises TierwiseError on anything else."""
    kind, _, rest = text.partition("=")
    count, _, size = rest.partition("@")
    try:
        numbers = [int(part) for part in size.split("/")] if size else []
        work = Work(*numbers) if numbers else _size_of(kind)
        if not kind or int(count) < 0 or min(numbers, default=0) < 0:
            raise ValueError
        return Task(kind, int(count), work)
    except (ValueError, TypeError):
        raise TierwiseError(
            f'"{text}" is no part of a mix',
            remedy="Write KIND=COUNT or KIND=COUNT@WRITTEN/READ/OUTPUT.",
        ) from None


def estimate_mix(table: Mapping[str, Any], tasks: Iterable[Task]) -> list[Row]:
    """What a day of ``tasks`` costs with everything on the top tier, and as the compiled policy routes it."""
    return [_row(table, task) for task in tasks]


def total(rows: Iterable[Row]) -> Row:
    """The sum of a day; a sum is None where one of its parts is not known."""
    rows = list(rows)
    return Row(
        "total",
        "",
        sum(row.count for row in rows),
        _sum(row.without_usd for row in rows),
        _sum(row.routed_usd for row in rows),
    )


def _sum(costs: Iterable[float | None]) -> float | None:
    known = list(costs)
    return None if None in known else sum(cost for cost in known if cost is not None)


def route_of(table: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Where the router sends work of a kind: its route, else the default; the top tier where nothing less may do it."""
    top = table["ladder"][-1]
    route = table["routes"].get(kind) or _on(table, table["default"])
    return (
        _on(table, top)
        if kind in table["frontier_only"]["kinds"] and route["tier"] != top
        else route
    )


def _on(table: Mapping[str, Any], tier: str) -> Mapping[str, Any]:
    return {"tier": tier, "effort": table["tiers"][tier]["effort"]}


def _row(table: Mapping[str, Any], task: Task) -> Row:
    without = _cost_of(table, task, _on(table, table["ladder"][-1]))
    if (table["automated"].get(task.kind) or {}).get("command"):
        return Row(task.kind, "automated", task.count, without, 0.0)
    route = route_of(table, task.kind)
    return Row(task.kind, route["tier"], task.count, without, _cost_of(table, task, route))


def _cost_of(table: Mapping[str, Any], task: Task, route: Mapping[str, Any]) -> float | None:
    model = table["tiers"][route["tier"]]["model"]
    single = cost(task.work, model, route["effort"], table["prices"].get(model))
    return None if single is None else single * task.count


def _size_of(kind: str) -> Work:
    sizes = {**dict.fromkeys(AUTOMATED, SMALL), **{task.kind: task.work for task in DEFAULT_MIX}}
    return sizes.get(kind, MEDIUM)
