"""What a valid policy says that will not happen as it reads."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.policy.model import Policy
from tierwise.policy.on_target import find_gaps


def list_warnings(policy: Policy) -> Iterator[str]:
    """Yield one sentence for the routes to a tier that a floor overrules, and each tier that a tool of ``targets:`` lacks."""
    yield from _find_overruled_routes(policy)
    yield from find_gaps(policy)


def describe_policy(policy: Policy) -> tuple[str, list[str]]:
    """Return what is said of a policy that everything is in sync with: its review date, empty for none, and warnings."""
    review = ""
    if policy.review:
        review = policy.review.isoformat()
    return review, list(list_warnings(policy))


def _find_overruled_routes(policy: Policy) -> Iterator[str]:
    top = list(policy.tiers)[-1]
    overruled: dict[str, list[str]] = {}
    for kind in policy.frontier_only.kinds:
        route = policy.routes.get(kind)
        if route is not None and route.tier != top:
            overruled.setdefault(route.tier, []).append(kind)
    for tier, kinds in overruled.items():
        them = "it" if len(kinds) == 1 else "them"
        yield (
            f"routes: {tier} has no effect for {', '.join(kinds)}: "
            f"`frontier_only.kinds` keeps {them} on {top}, the top tier"
        )
