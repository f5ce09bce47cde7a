"""What a tier is in one coding tool: the policy's own model there, the shipped default, or the next tier up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierwise.domain.coding_tools import (
    CLAUDE,
    default_models,
    label_of,
)
from tierwise.domain.models import family_of
from tierwise.policy.model import Policy
from tierwise.policy.section import Assignment, Effort


@dataclass(frozen=True)
class ServedTier:
    """A tier as one tool serves it; ``tier`` is a higher one where the tool has no model for the tier wanted.

    ``fallbacks`` are the models that take its work, in this order, where the tool may not use ``model``.
    """

    tier: str
    model: str
    effort: Effort | None
    fallbacks: tuple[str, ...] = ()


def find_model(
    policy: Policy,
    target: str,
    tier: str,
) -> str | None:
    """Return the model of a tier in one tool; None where neither the policy nor the shipped defaults have one."""
    entry = policy.tiers[tier]
    is_claude = entry.provider == CLAUDE
    if target == CLAUDE and is_claude:
        return entry.model
    if target == CLAUDE:
        return None
    named = entry.model_on(target)
    if named is not None:
        return named
    family = None
    if is_claude:
        family = family_of(entry.model)
    return default_models(target).get(family or "")


def serve_choice(
    policy: Policy,
    target: str,
    choice: Assignment,
) -> ServedTier | None:
    """Return the choice on the nearest tier, upwards, that the tool has a model for; None where there is none.

    The choice's own effort is for its own tier: on a higher one that tier's effort holds.
    """
    ladder = list(policy.tiers)
    for tier in ladder[ladder.index(choice.tier) :]:
        model = find_model(policy, target, tier)
        if model is None:
            continue
        effort = policy.tiers[tier].effort
        if tier == choice.tier:
            effort = choice.effort or effort
        return ServedTier(
            tier,
            model,
            effort,
            tuple(_list_fallbacks(policy, target, tier, model)),
        )
    return None


def serve_tier(
    policy: Policy,
    target: str,
    tier: str,
) -> ServedTier | None:
    """As :func:`serve_choice`, for a tier with its own effort."""
    return serve_choice(policy, target, Assignment(tier=tier))


def _list_fallbacks(
    policy: Policy,
    target: str,
    tier: str,
    model: str,
) -> Iterator[str]:
    """Yield the models of a tier's `fallback:`, of that one's, and so on; each once."""
    known = {model}
    passed = {tier}
    following = policy.tiers[tier].fallback
    while following is not None and following not in passed:
        passed.add(following)
        other = find_model(policy, target, following)
        if other is not None and other not in known:
            known.add(other)
            yield other
        following = policy.tiers[following].fallback


def serve_role(
    policy: Policy,
    target: str,
    name: str,
) -> ServedTier | None:
    """Return the tier of a role in one tool; None where the policy leaves it out or the tool has no model for it."""
    choice = policy.agents.get(
        name,
        Assignment(tier=policy.default),
    )
    if choice is None:
        return None
    return serve_choice(policy, target, choice)


def find_gaps(policy: Policy) -> Iterator[str]:
    """Yield one sentence for each tier that a tool of ``targets:`` has no model for."""
    others = [target for target in policy.targets if target != CLAUDE]
    for target in others:
        for tier in policy.tiers:
            served = serve_tier(policy, target, tier)
            if served is None:
                yield (
                    f"{label_of(target)} has no model for tier {tier} or a higher one: "
                    f"its work is left out there; add `{target}:` to the tier"
                )
            elif served.tier != tier:
                yield (
                    f"{label_of(target)} has no model for tier {tier}: "
                    f"its work runs on {served.tier} ({served.model}) there"
                )
