"""From outcomes to a recommendation for every line of the policy that decided some.

An estimate has three levels: a tier's success rate over all work; a kind of work, or an agent with a line of its own,
pulled towards it; an agent's or a scope's part of that work, pulled towards the work's.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from typing import Any

from tierwise.classify.roles import ROLES
from tierwise.domain.table_shape import Table
from tierwise.learning.evidence import Count
from tierwise.learning.outcomes import Outcome
from tierwise.learning.recommend import (
    HumanCost,
    Recommendation,
    RouteHistory,
    WorkPart,
    recommend_route,
)
from tierwise.learning.shrinkage import (
    PRESET_SUCCESS,
    Prior,
    estimate_rate,
    find_strength,
    fit_prior,
)
from tierwise.learning.summary import OutcomeGroup, group_outcomes

ROUTES = "routes"
AGENTS = "agents"
"""Sections of the policy whose lines are recommended."""

UNKNOWN = "unknown"
"""What stands for a name that a row does not have."""

_NAMELESS_AGENT = "general-purpose"
_OWN_POLICY = "tierwise.yaml"
_CELL = ("kind", "tier", "agent", "scope")
_KIND, _TIER, _AGENT, _SCOPE = range(len(_CELL))

Line = tuple[str, str]
"""Section and key of a line of the policy."""

Cell = tuple[str, ...]
Cells = Mapping[Cell, OutcomeGroup]
"""Outcomes by kind, tier, agent and scope."""

Ladders = dict[Any, dict[str, OutcomeGroup]]
"""A name of any sort -> tier -> its outcomes there."""


def recommend_routes(
    outcomes: Iterable[Outcome],
    table: Table,
) -> list[Recommendation]:
    """Recommend a tier for every line that decided, kinds of work before agents, each in the order of names."""
    cells = group_outcomes(outcomes, *_CELL)
    human = HumanCost(**table["costs"])
    ladder = table["ladder"]
    histories = _collect_histories(cells, table)
    return [recommend_route(history, ladder, human) for history in histories]


def find_line(
    kind: str,
    agent: str,
    table: Table,
) -> Line:
    """Return the line of the policy whose tier a spawn gets: its agent's own one, or the route of its kind.

    A preset's line for an agent with a role gives way to a route of the role's kind, so the route is the one to change.
    """
    name = agent
    if name not in table["agents"]:
        name = agent.rpartition(":")[2]
    line = table["agents"].get(name)
    if line is None or name == _NAMELESS_AGENT:
        return ROUTES, kind
    rule = str(line.get("rule") or "")
    is_own = rule.startswith(_OWN_POLICY)
    if is_own or name not in ROLES:
        return AGENTS, name
    return ROUTES, kind


def _collect_histories(
    cells: Cells,
    table: Table,
) -> Iterator[RouteHistory]:
    protected = table["frontier_only"]["kinds"]

    def find_cell_line(cell: Cell) -> Line:
        if cell[_KIND] in protected:
            return ROUTES, cell[_KIND]  # whoever does it, no line brings it down
        return find_line(cell[_KIND], cell[_AGENT], table)

    lines = _merge_cells(cells, find_cell_line)
    priors = _fit_priors(lines)
    parts = _collect_parts(cells, find_cell_line)
    for line, groups in sorted(lines.items(), key=_sort_routes_first):
        section, name = line
        known = parts.get(line, {})
        estimated = _estimate_parts(groups, priors, known)
        yield RouteHistory(
            name=name,
            present=_find_tier(line, table),
            is_protected=section == ROUTES and name in protected,
            groups=groups,
            priors=priors,
            section=section,
            parts=tuple(estimated),
        )


def _sort_routes_first(item: tuple[Line, object]) -> tuple[bool, str]:
    (section, name), _ = item
    return section != ROUTES, name


def _merge_cells(
    cells: Cells,
    find_name: Callable[[Cell], object],
) -> Ladders:
    """Add up the cells that have a name in common, tier by tier."""
    merged: Ladders = {}
    for cell, group in cells.items():
        name = find_name(cell)
        tiers = merged.setdefault(name, {})
        tiers.setdefault(cell[_TIER], OutcomeGroup()).merge(group)
    return merged


def _collect_parts(
    cells: Cells,
    find_cell_line: Callable[[Cell], Line],
) -> dict[Line, Ladders]:
    """Return each line's parts: by ("agent", name) and by ("scope", name)."""
    found: dict[Line, Ladders] = {}
    for cell, group in cells.items():
        line = find_cell_line(cell)
        ladders = found.setdefault(line, {})
        for by in (_AGENT, _SCOPE):
            name = cell[by]
            if name == UNKNOWN:
                continue
            part = (_CELL[by], name)
            tiers = ladders.setdefault(part, {})
            tiers.setdefault(cell[_TIER], OutcomeGroup()).merge(group)
    return found


def _fit_priors(lines: Ladders) -> dict[str, Prior]:
    """Fit what all lines together tell of each tier."""
    by_tier: dict[str, dict[str, Count]] = {}
    for line, tiers in lines.items():
        for tier, group in tiers.items():
            counts = by_tier.setdefault(tier, {})
            counts[str(line)] = group.count
    return {tier: fit_prior(counts, PRESET_SUCCESS) for tier, counts in by_tier.items()}


def _estimate_parts(
    groups: Mapping[str, OutcomeGroup],
    priors: Mapping[str, Prior],
    parts: Ladders,
) -> Iterator[WorkPart]:
    """Estimate the parts of one line beside the whole line's own rates."""
    own = {}
    for tier, group in groups.items():
        prior = priors[tier]
        mean = estimate_rate(group.count, prior).mean
        tried = [tiers[tier] for tiers in parts.values() if tier in tiers]
        counts = [part.count for part in tried]
        own[tier] = Prior(mean, find_strength(counts, mean))
    for (by, name), tiers in sorted(parts.items()):
        yield WorkPart(by, name, tiers, own)


def _find_tier(line: Line, table: Table) -> str:
    section, name = line
    choices = table["agents"]
    if section == "routes":
        choices = table["routes"]
    entry = choices.get(name)
    if not entry:
        return str(table["default"])
    return str(entry["tier"])
