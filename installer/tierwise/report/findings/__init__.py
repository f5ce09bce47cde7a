"""What cost more than it had to: one small detector for each of the anti-patterns that the field knows."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tierwise.report.findings import (
    caches,
    effort,
    spawns,
    work,
)
from tierwise.report.findings.finding import Case, CostFinding

DETECTORS: tuple[Callable[[Case], CostFinding | None], ...] = (
    spawns.inherited_top,
    spawns.not_followed,
    spawns.never_routed,
    spawns.no_routing,
    work.checks_by_a_model,
    work.retries_cost_more,
    work.judged_too_high,
    work.judged_too_low,
    caches.switched_model,
    caches.unread_hour_writes,
    caches.long_prompts,
    effort.above_the_need,
    effort.exploding_thinking,
)


def find_all(case: Case) -> list[CostFinding]:
    """Return every finding, most money first."""
    found = []
    for detect in DETECTORS:
        finding = detect(case)
        if finding:
            found.append(_without_idle_lines(finding, case))
    return sorted(
        found,
        key=lambda finding: (-finding.usd.high, -finding.usd.low, finding.name),
    )


def _without_idle_lines(
    finding: CostFinding,
    case: Case,
) -> CostFinding:
    """Return the finding without the policy's lines that ``frontier_only`` makes void: a route below the top there."""
    protected = case.table["frontier_only"]["kinds"]
    kept = []
    for path, value in finding.patch:
        is_idle = path[0] == "routes" and path[1] in protected and value != case.ladder.top
        if not is_idle:
            kept.append((path, value))
    return replace(finding, patch=tuple(kept))
