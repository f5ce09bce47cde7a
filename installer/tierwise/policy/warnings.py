"""What a valid policy says that will not happen as it reads."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.policy.model import Policy
from tierwise.policy.on_target import find_gaps


def list_warnings(policy: Policy) -> Iterator[str]:
    """One sentence for each route that a floor overrules, and each tier that a tool of ``targets:`` lacks."""
    yield from _find_overruled_routes(policy)
    yield from find_gaps(policy)


def _find_overruled_routes(policy: Policy) -> Iterator[str]:
    top = list(policy.tiers)[-1]
    for kind in policy.frontier_only.kinds:
        route = policy.routes.get(kind)
        if route is not None and route.tier != top:
            yield (
                f"routes.{kind}: {route.tier} has no effect: "
                f"`frontier_only.kinds` keeps {kind} on {top}"
            )
