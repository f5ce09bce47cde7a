"""The policy model: what ``tierwise.yaml`` may say.  Its JSON Schema is published by ``tierwise schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model

from tierwise.domain.coding_tools import (
    CLAUDE,
    label_of,
    list_targets,
)
from tierwise.policy.cascade import Escalation, Gates, Reuse
from tierwise.policy.checks import Checks
from tierwise.policy.ci import CI
from tierwise.policy.cost import Budget, Costs, PriceOverride
from tierwise.policy.explore import Explore
from tierwise.policy.hooks import Hooks
from tierwise.policy.limits import Limits
from tierwise.policy.routing import Routing
from tierwise.policy.section import (
    AgentChoice,
    Date,
    Effort,
    Section,
    Switch,
    TierChoice,
)
from tierwise.policy.session import Session


class _Tier(Section):
    """One tier of the ladder."""

    model: str = Field(
        description="haiku, sonnet, opus, fable, or a full model id.",
        min_length=1,
    )
    effort: Effort | None = Field(
        None, description="How hard the model thinks; the model's default if absent."
    )
    provider: Literal["claude", "openai"] = Field(
        "claude",
        description="`openai` is any OpenAI-compatible endpoint; only `tierwise run` uses it.",
    )
    base_url: str | None = Field(
        None,
        description="Where an OpenAI-compatible endpoint answers.",
    )
    fallback: str | None = Field(
        None,
        description="The tier that takes its work where Claude Code or Copilot may not use its model.",
    )
    api_key_env: str | None = Field(
        None, description="The environment variable that holds its key."
    )

    def model_on(self, target: str) -> str | None:
        """Return the model that the policy names for another coding tool; None where it names none."""
        model: str | None = getattr(self, target)
        return model


def _describe_model(target: str) -> Any:
    words = f"The model in {label_of(target)}, where the shipped default is not the right one."
    return str | None, Field(None, min_length=1, description=words)


if TYPE_CHECKING:
    Tier = _Tier
else:  # with a key for each tool of targets.json
    _others = {target: _describe_model(target) for target in list_targets() if target != CLAUDE}
    Tier = create_model(
        "Tier",
        __base__=_Tier,
        __doc__=_Tier.__doc__,
        **_others,
    )


class OwnKind(Section):
    """A kind of work of the project's own."""

    words: list[str] = Field(
        default_factory=list,
        description="Words that tell it.",
    )
    paths: list[str] = Field(
        default_factory=list,
        description="Path globs that tell it.",
    )


class FrontierOnly(Section):
    """What is never routed below the top tier."""

    kinds: list[str] = Field(
        default_factory=list,
        description="Kinds of work.",
    )
    paths: list[str] = Field(
        default_factory=list,
        description="Path globs; ** crosses folders.",
    )
    ambiguity: Literal["medium", "high"] | None = Field(
        None, description="Tasks annotated with this ambiguity, or a higher one."
    )


class Requirement(Section):
    """A capability rule: where all its conditions hold, the tier is at least this one."""

    tier: str = Field(description="The lowest tier that has the capability.")
    context_over: int | None = Field(
        None,
        gt=0,
        description="Tokens of context that the task needs. Counts in `tierwise run`, by the files that it"
        " sends; at a spawn never, for a subagent starts with an empty context.",
    )
    files_over: int | None = Field(
        None,
        ge=0,
        description="Number of files that the task names.",
    )
    scope: Literal["single-file", "multi-file", "cross-service"] | None = Field(
        None, description="The annotated scope."
    )
    domain: str | None = Field(
        None,
        description="The kind of work.",
    )
    ambiguity: Literal["low", "medium", "high"] | None = Field(
        None, description="The annotated ambiguity."
    )


class Complexity(Section):
    """Thresholds of the complexity score, 0 to 1 (the seeds' 0.4 and 0.8)."""

    demote_under: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Below it a task may go a tier down.",
    )
    promote_over: float = Field(
        0.8, ge=0, le=1, description="Above it a task goes to the top tier."
    )


def _allow_version(schema: dict[str, Any]) -> None:
    """Let the JSON Schema of ``requires`` take a version, alone or in the list (see :mod:`tierwise.policy.version`)."""
    items = schema.pop("items")
    del schema["type"]
    listed = {"type": "array", "items": {"anyOf": [items, {"type": "string"}]}}
    schema["anyOf"] = [listed, {"type": "string"}]


class Policy(Section):
    """The whole of ``tierwise.yaml``, merged with its preset."""

    version: Literal[1] = Field(description="The version of this format.")
    extends: str | None = Field(
        None, description="A preset: balanced, frontier-always, economy; or none."
    )
    mode: Literal["manual", "rules", "complexity", "hybrid"] = Field(
        "hybrid", description="How a task's tier is found."
    )
    tiers: dict[str, Tier] = Field(
        description="The ladder, cheapest first.",
        min_length=1,
    )
    default: str = Field(description="The tier of work that no rule matches.")
    targets: list[str] = Field(
        default_factory=lambda: [CLAUDE],
        min_length=1,
        description="The coding tools that files are generated for.",
    )
    automated: dict[str, str | None] = Field(
        default_factory=dict, description="Work that needs no model, and the command that does it."
    )
    kinds: dict[str, OwnKind] = Field(
        default_factory=dict, description="Kinds of work of your own."
    )
    routes: dict[str, TierChoice] = Field(
        default_factory=dict,
        description="Kind of work -> tier.",
    )
    frontier_only: FrontierOnly = Field(
        default_factory=FrontierOnly, description="Never routed below the top tier."
    )
    requires: list[Requirement] = Field(
        default_factory=list,
        description='Capability -> minimum tier; "tierwise >= 1.2": the version that this policy needs.',
        json_schema_extra=_allow_version,
    )
    complexity: Complexity = Field(
        default_factory=Complexity, description="Thresholds of the score."
    )
    agents: dict[str, AgentChoice] = Field(
        default_factory=dict, description="Agent -> tier, or off."
    )
    commands: dict[str, Switch] = Field(
        default_factory=dict, description="Shipped slash commands to leave out: `plan: off`."
    )
    routing: Routing = Field(
        default_factory=Routing, description="Asking a small model where a task is unclear."
    )
    session: Session = Field(
        default_factory=Session, description="The main session's model and effort."
    )
    review: Date | None = Field(
        None,
        description="When to look at this policy again (YYYY-MM-DD).",
    )
    hooks: Hooks = Field(
        default_factory=Hooks,
        description="Enforcement inside Claude Code.",
    )
    checks: Checks = Field(
        default_factory=Checks,
        description="Deterministic checks.",
    )
    ci: CI = Field(
        default_factory=CI,
        description="Stricter routes, and budgets, where CI is set.",
    )
    escalation: Escalation = Field(
        default_factory=Escalation, description="How `tierwise run` climbs the ladder."
    )
    gates: Gates = Field(
        default_factory=Gates, description="What a result of `tierwise run` must pass."
    )
    reuse: Reuse = Field(
        default_factory=Reuse,
        description="Accepted results as examples.",
    )
    costs: Costs = Field(
        default_factory=Costs,
        description="What a failure costs a person.",
    )
    explore: Explore = Field(
        default_factory=Explore, description="A share of work on the neighbouring tier, to learn."
    )
    limits: Limits = Field(
        default_factory=Limits, description="A subscription's limits, and sparing them."
    )
    budget: Budget = Field(
        default_factory=Budget,
        description="Spending limits and target.",
    )
    prices: dict[str, PriceOverride] = Field(
        default_factory=dict, description="Your own prices, by model."
    )
    sync: Literal["manual", "on-checkout"] = Field(
        "manual", description="`on-checkout` syncs from git's post-checkout and post-merge hooks."
    )
