"""The compiled policy: plain JSON that a hook reads in microseconds.  Its keys are the contract of ``table``.

Every entry carries ``rule``, the ``file:line`` where a person wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from tierwise.digests import hash_sha256
from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.domain.estimate import LARGE, SMALL, estimate_cost
from tierwise.domain.kinds import ALIASES
from tierwise.domain.models import family_of
from tierwise.domain.table_shape import Table
from tierwise.policy.load import Loaded, load_preset
from tierwise.policy.model import Policy, Tier
from tierwise.policy.on_target import serve_tier
from tierwise.policy.repository import RepositoryFacts, no_facts
from tierwise.policy.section import Assignment

SCHEMA = 1
_PLACES = ("rule", "default_rule")  # the keys whose values say where a person wrote something
VERSION_DIGITS = 12
_USD_DIGITS = 4  # after the point


def compile_table(
    loaded: Loaded,
    facts: RepositoryFacts | None = None,
) -> Table:
    """Return the table of a policy.

    Deterministic: the same files and facts give the same table.
    """
    content = _compile_content(loaded)
    table = {
        "schema": SCHEMA,
        "policy": find_version(content),
        "sources": dict(loaded.digests),
        **content,
        "repository": {**(facts or no_facts())},
    }
    return cast(Table, table)


def find_version(content: Mapping[str, Any]) -> str:
    """Return a short digest of what a policy says, wherever in its files it says it.

    Comments, order and line numbers do not change it, so rows of one version can be put together.
    """
    meaning = _drop_places(content)
    data = json.dumps(meaning, sort_keys=True)
    return hash_sha256(data.encode())[:VERSION_DIGITS]


def _drop_places(value: Any) -> Any:
    if isinstance(value, dict):
        said = [key for key in value if key not in _PLACES]
        return {key: _drop_places(value[key]) for key in said}
    if isinstance(value, list):
        return [_drop_places(entry) for entry in value]
    return value


def _compile_content(loaded: Loaded) -> dict[str, Any]:
    policy = loaded.policy
    complexity = policy.complexity.model_dump()
    return {
        "mode": policy.mode,
        "default": policy.default,
        "default_rule": loaded.find_rule("default"),
        "ladder": list(policy.tiers),
        "tiers": {name: _compile_tier(tier) for name, tier in policy.tiers.items()},
        "automated": _compile_automated(loaded),
        "kinds": _compile_kinds(loaded),
        "routes": _compile_choices(loaded, policy.routes, "routes"),
        "agents": _compile_choices(loaded, policy.agents, "agents"),
        "agents_off": _list_agents_off(policy),
        "frontier_only": _frontier_only(loaded),
        "requires": _compile_requirements(loaded),
        "complexity": {**complexity, "rule": loaded.find_rule("complexity")},
        "session": policy.session.model_dump(),
        "ci": {
            "routes": _compile_choices(loaded, policy.ci.routes, "ci", "routes"),
            "budget": policy.ci.budget.model_dump(),
        },
        "limits": _compile_limits(policy),
        **_compile_other_tools(policy),
        **_compile_sections(policy),
    }


def _compile_automated(loaded: Loaded) -> dict[str, Any]:
    return {
        name: {
            "command": command,
            "rule": loaded.find_rule("automated", name),
        }
        for name, command in loaded.policy.automated.items()
    }


def _compile_kinds(loaded: Loaded) -> dict[str, Any]:
    return {
        name: {
            "words": own.words,
            "paths": own.paths,
            "rule": loaded.find_rule("kinds", name),
        }
        for name, own in loaded.policy.kinds.items()
    }


def _list_agents_off(policy: Policy) -> list[str]:
    return sorted(name for name in policy.agents if policy.agents[name] is None)


def _compile_requirements(loaded: Loaded) -> list[dict[str, Any]]:
    rules = []
    for index, rule in enumerate(loaded.policy.requires):
        compiled = rule.model_dump(exclude_none=True)
        compiled["rule"] = loaded.find_rule("requires", index)
        rules.append(compiled)
    return rules


def alias_of(model: str) -> str | None:
    """Return the alias that a spawn may name for a model: its family where that is one; None for others."""
    family = family_of(model)
    if family in ALIASES:
        return family
    return None


def effort_of(policy: Policy, choice: Assignment) -> str | None:
    """Return the effort of a choice: its own, else its tier's."""
    return choice.effort or policy.tiers[choice.tier].effort


def _compile_tier(tier: Tier) -> dict[str, Any]:
    alias = None
    if tier.provider == "claude":
        alias = alias_of(tier.model)
    own = tier.model_dump(exclude=set(list_targets()))
    return {
        **own,
        "alias": alias,
        "agent_usd": _agent_usd(tier),
    }


def _compile_other_tools(policy: Policy) -> dict[str, Any]:
    """Return what each tier is in the other tools of ``targets:``; nothing where Claude Code is the only one."""
    others = [target for target in policy.targets if target != CLAUDE]
    if not others:
        return {}
    compiled = {target: _compile_target(policy, target) for target in others}
    return {"targets": compiled}


def _compile_target(
    policy: Policy,
    target: str,
) -> dict[str, Any]:
    tiers = {}
    for name in policy.tiers:
        served = serve_tier(policy, target, name)
        if served is not None:
            tiers[name] = asdict(served)
    return tiers


def _agent_usd(tier: Tier) -> list[float] | None:
    """Return what one agent costs on a tier, for a small task and for a large one; None without a list price."""
    costs = []
    for work in (SMALL, LARGE):
        cost = estimate_cost(work, tier.model, tier.effort)
        if cost is None:
            return None
        costs.append(round(cost, _USD_DIGITS))
    return costs


def _compile_choices(
    loaded: Loaded,
    entries: Any,
    *path: str,
) -> dict[str, Any]:
    choices = {}
    for name, choice in entries.items():
        if choice is not None:
            choices[name] = {
                "tier": choice.tier,
                "effort": effort_of(loaded.policy, choice),
                "rule": loaded.find_rule(*path, name),
            }
    return choices


def _frontier_only(loaded: Loaded) -> dict[str, Any]:
    only = loaded.policy.frontier_only
    ambiguity: Any = only.ambiguity
    if ambiguity:
        rule = loaded.find_rule("frontier_only", "ambiguity")
        ambiguity = {"level": ambiguity, "rule": rule}
    return {
        "kinds": {
            kind: loaded.find_rule("frontier_only", "kinds", index)
            for index, kind in enumerate(only.kinds)
        },
        "paths": {
            glob: loaded.find_rule("frontier_only", "paths", index)
            for index, glob in enumerate(only.paths)
        },
        "ambiguity": ambiguity,
    }


def _compile_limits(policy: Policy) -> dict[str, Any]:
    """Return the limits to spare, with the routes of the preset that spares them."""
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
    sections: dict[str, Any] = {}
    for name in names:
        section = getattr(policy, name)
        sections[name] = section.model_dump(mode="json")
    sections["sync"] = policy.sync
    sections["review"] = None
    if policy.review:
        sections["review"] = policy.review.isoformat()
    sections["prices"] = {
        model: price.model_dump(mode="json", exclude_none=True)
        for model, price in policy.prices.items()
    }
    return sections
