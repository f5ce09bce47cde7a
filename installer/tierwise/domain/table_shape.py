"""The shape of the compiled policy, as ``.tierwise/table.json`` holds it.

For readers and type checkers: hooks load it in no run, as ``typing`` costs them ten milliseconds.  A table may lie in a
clone and be of another version, so no key of it is sure to be there.
"""

from __future__ import annotations

from typing import Any, TypedDict

Section = dict[str, Any]
"""A section as the policy's own model of it says it: ``model_dump`` of its class in ``tierwise.policy``."""


class CompiledTier(TypedDict, total=False):
    """What a tier is in Claude Code.

    ``alias``: the model as a spawn may name it; None for a model that only an agent's file may.  ``agent_usd``: what a
    small and a large task cost, in US dollars; None without a list price.
    """

    model: str
    effort: str | None
    provider: str
    base_url: str | None
    api_key_env: str | None
    fallback: str | None
    alias: str | None
    agent_usd: list[float] | None


class CompiledChoice(TypedDict, total=False):
    """Where a kind of work or an agent goes; ``rule``: the ``file:line`` that says so."""

    tier: str
    effort: str | None
    rule: str


class AutomatedWork(TypedDict, total=False):
    """A command that does a kind of work."""

    command: str
    rule: str


class CompiledKind(TypedDict, total=False):
    """A kind of work of the policy's own."""

    words: list[str]
    paths: list[str]
    rule: str


class AmbiguityFloor(TypedDict):
    """The ambiguity from which work stays on the top tier."""

    level: str
    rule: str


class CompiledFloors(TypedDict, total=False):
    """What never goes below the top tier: kind or glob -> the rule that says so."""

    kinds: dict[str, str]
    paths: dict[str, str]
    ambiguity: AmbiguityFloor | None


class CiSection(TypedDict, total=False):
    """What holds in a pipeline."""

    routes: dict[str, CompiledChoice]
    budget: Section


class Repository(TypedDict, total=False):
    """What is known of the repository itself; see ``tierwise.policy.repository``."""

    nouns: list[str]
    read_only: list[str]


class Table(TypedDict, total=False):
    """The compiled policy.

    ``policy``: a digest of what it says; ``tierwise``: the version that wrote it; ``sources``: file -> the digest that
    it was compiled from; ``ladder``: the tiers, cheapest first; ``targets``: tool -> tier -> what the tier is there;
    ``withheld``: the powers that were taken out for want of trust.
    """

    schema: int
    policy: str
    sources: dict[str, str]
    tierwise: str
    repository: Repository
    mode: str
    default: str
    default_rule: str
    ladder: list[str]
    tiers: dict[str, CompiledTier]
    automated: dict[str, AutomatedWork]
    kinds: dict[str, CompiledKind]
    routes: dict[str, CompiledChoice]
    agents: dict[str, CompiledChoice]
    agents_off: list[str]
    frontier_only: CompiledFloors
    requires: list[Section]
    complexity: Section
    session: Section
    ci: CiSection
    limits: Section
    targets: dict[str, dict[str, Section]]
    hooks: Section
    checks: Section
    escalation: Section
    gates: Section
    reuse: Section
    budget: Section
    costs: Section
    explore: Section
    routing: Section
    sync: str
    review: str | None
    prices: dict[str, Section]
    withheld: dict[str, str]
