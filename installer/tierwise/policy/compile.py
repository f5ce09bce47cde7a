"""The compiled policy: plain JSON that a hook reads in microseconds.  Its keys are the contract of ``table``.

Every entry carries ``rule``, the ``file:line`` where a person wrote it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from tierwise.digests import hash_sha256
from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.domain.estimate import LARGE, SMALL, estimate_cost
from tierwise.domain.kinds import ALIASES
from tierwise.domain.models import family_of
from tierwise.policy.load import Loaded, load_preset
from tierwise.policy.model import Policy, Tier
from tierwise.policy.on_target import serve_choice
from tierwise.policy.repository import RepositoryFacts, no_facts
from tierwise.policy.section import Assignment

SCHEMA = 1
VERSION_DIGITS = 12


def compile_table(loaded: Loaded, facts: RepositoryFacts | None = None) -> dict[str, Any]:
    """The table of a policy.  Deterministic: the same files and facts give the same table."""
    content = _compile_content(loaded)
    return {
        "schema": SCHEMA,
        "policy": find_version(content),
        "sources": dict(loaded.digests),
        **content,
        "repository": {**(facts or no_facts())},
    }


def find_version(content: dict[str, Any]) -> str:
    """Return a short digest of what a policy says, wherever in its files it says it.

    Comments, order and line numbers do not change it, so rows of one version can be put together.
    """
    meaning = _drop_places(content)
    data = json.dumps(meaning, sort_keys=True)
    return hash_sha256(data.encode())[:VERSION_DIGITS]


def _drop_places(value: Any) -> Any:
    if isinstance(value, dict):
        said = [key for key in value if key not in ("rule", "default_rule")]
        return {key: _drop_places(value[key]) for key in said}
    if isinstance(value, list):
        return [_drop_places(entry) for entry in value]
    return value


def _compile_content(loaded: Loaded) -> dict[str, Any]:
    policy = loaded.policy
    return {
        "mode": policy.mode,
        "default": policy.default,
        "default_rule": loaded.find_rule("default"),
        "ladder": list(policy.tiers),
        "tiers": {name: _compile_tier(tier) for name, tier in policy.tiers.items()},
        "automated": {
            name: {"command": command, "rule": loaded.find_rule("automated", name)}
            for name, command in policy.automated.items()
        },
        "kinds": {
            name: {"words": own.words, "paths": own.paths, "rule": loaded.find_rule("kinds", name)}
            for name, own in policy.kinds.items()
        },
        "routes": _compile_choices(loaded, policy.routes, "routes"),
        "agents": _compile_choices(loaded, policy.agents, "agents"),
        "agents_off": sorted(name for name, choice in policy.agents.items() if choice is None),
        "frontier_only": _frontier_only(loaded),
        "requires": [
            {**rule.model_dump(exclude_none=True), "rule": loaded.find_rule("requires", index)}
            for index, rule in enumerate(policy.requires)
        ],
        "complexity": {**policy.complexity.model_dump(), "rule": loaded.find_rule("complexity")},
        "session": policy.session.model_dump(),
        "ci": {
            "routes": _compile_choices(loaded, policy.ci.routes, "ci", "routes"),
            "budget": policy.ci.budget.model_dump(),
        },
        "limits": _compile_limits(policy),
        **_compile_other_tools(policy),
        **_compile_sections(policy),
    }


def alias_of(model: str) -> str | None:
    """Return the alias that a spawn may name for a model: its family where that is one; None for others."""
    family = family_of(model)
    if family in ALIASES:
        return family
    return None


def effort_of(policy: Policy, choice: Assignment) -> str | None:
    """The effort of a choice: its own, else its tier's."""
    return choice.effort or policy.tiers[choice.tier].effort


def _compile_tier(tier: Tier) -> dict[str, Any]:
    alias = None
    if tier.provider == "claude":
        alias = alias_of(tier.model)
    own = tier.model_dump(exclude=set(list_targets()))
    return {**own, "alias": alias, "agent_usd": _agent_usd(tier)}


def _compile_other_tools(policy: Policy) -> dict[str, Any]:
    """What each tier is in the other tools of ``targets:``; nothing where Claude Code is the only one."""
    others = [target for target in policy.targets if target != CLAUDE]
    if not others:
        return {}
    return {"targets": {target: _compile_target(policy, target) for target in others}}


def _compile_target(policy: Policy, target: str) -> dict[str, Any]:
    tiers = {}
    for name in policy.tiers:
        served = serve_choice(policy, target, Assignment(tier=name))
        if served is not None:
            tiers[name] = asdict(served)
    return tiers


def _agent_usd(tier: Tier) -> list[float] | None:
    """What one agent costs on a tier, for a small task and for a large one; None without a list price."""
    costs = [estimate_cost(work, tier.model, tier.effort) for work in (SMALL, LARGE)]
    known = [round(one, 4) for one in costs if one is not None]
    if len(known) < len(costs):
        return None
    return known


def _compile_choices(loaded: Loaded, entries: Any, *path: str) -> dict[str, Any]:
    return {
        name: {
            "tier": choice.tier,
            "effort": effort_of(loaded.policy, choice),
            "rule": loaded.find_rule(*path, name),
        }
        for name, choice in entries.items()
        if choice is not None
    }


def _frontier_only(loaded: Loaded) -> dict[str, Any]:
    only = loaded.policy.frontier_only
    return {
        "kinds": {
            kind: loaded.find_rule("frontier_only", "kinds", index)
            for index, kind in enumerate(only.kinds)
        },
        "paths": {
            glob: loaded.find_rule("frontier_only", "paths", index)
            for index, glob in enumerate(only.paths)
        },
        "ambiguity": only.ambiguity
        and {"level": only.ambiguity, "rule": loaded.find_rule("frontier_only", "ambiguity")},
    }


def _compile_limits(policy: Policy) -> dict[str, Any]:
    """The limits to spare, with the routes of the preset that spares them."""
    limits = policy.limits.model_dump()
    if not policy.limits.conserve_from:
        return limits
    preset = load_preset(policy.limits.conserve)
    sparing = preset.policy
    return {
        **limits,
        "cheapest_from": policy.limits.last_stage_from,
        "default": sparing.default,
        "routes": _compile_choices(preset, sparing.routes, "routes"),
        "agents": _compile_choices(preset, sparing.agents, "agents"),
    }


def _compile_sections(policy: Policy) -> dict[str, Any]:
    names = (
        "hooks",
        "checks",
        "escalation",
        "gates",
        "reuse",
        "budget",
        "costs",
        "explore",
        "routing",
    )
    sections: dict[str, Any] = {
        name: getattr(policy, name).model_dump(mode="json") for name in names
    }
    sections["sync"] = policy.sync
    sections["review"] = None
    if policy.review:
        sections["review"] = policy.review.isoformat()
    sections["prices"] = {
        model: price.model_dump(mode="json", exclude_none=True)
        for model, price in policy.prices.items()
    }
    return sections
