"""Continue: one file of models below `.continue/models`, with the roles that each tier has there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from tierwise.policy.load import Loaded
from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier, serve_tier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.request_body import (
    Body,
    spell_effort,
    split_model,
)
from tierwise.targets.target import (
    OwnFiles,
    RepoReader,
    WantedFile,
    whole_file,
)

_NAME = "continue"
PATH = ".continue/models/tierwise.yaml"
_HEAD = "name: tierwise\nversion: 1.0.0\nschema: v1\nmodels:\n"
_TAKE_A_FIELD = ("anthropic", "openrouter")  # to OpenAI the client speaks in either of two APIs


class ContinueTarget(OwnFiles):
    """A model a tier: the cheapest summarises, the default one edits, all of them chat."""

    name = _NAME
    owns = (PATH,)
    limits = (
        "Continue has roles of models, no roles of agents: a person picks the tier in its menu.",
        "An effort reaches Anthropic's and OpenRouter's models; elsewhere it is whether the model reasons at all.",
    )

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the one file, which is ours whole."""
        models = serve_tiers(policy.policy)
        if not models:
            return
        text = _HEAD
        for served in models.values():
            roles = _list_model_roles(
                served.tier,
                list(models),
                policy.policy.default,
            )
            text += _write_model(served, roles)
        yield whole_file(PATH, text.encode(), repo.read)


def serve_tiers(policy: Policy) -> Mapping[str, ServedTier]:
    """Return the model of each tier that has one in Continue, the cheapest first."""
    found = {}
    for tier in policy.tiers:
        served = serve_tier(policy, _NAME, tier)
        if served is not None and served.tier == tier:
            found[tier] = served
    return found


def _list_model_roles(
    tier: str,
    ladder: Sequence[str],
    default: str,
) -> list[str]:
    """Return what a tier's model is for: all of them chat."""
    roles = ["chat"]
    if tier == ladder[0]:
        roles.append("summarize")
    if tier == default:
        roles += ["edit", "apply"]
    if tier == ladder[-1]:
        roles.append("subagent")
    return roles


def _write_model(
    served: ServedTier,
    roles: Sequence[str],
) -> str:
    provider, model = split_model(served.model)
    key = provider.upper().replace("-", "_")
    lines = [
        f"  - name: {served.tier}",
        f"    provider: {FRONTMATTER.quote(provider)}",
        f"    model: {FRONTMATTER.quote(model)}",
        f"    apiKey: ${{{{ secrets.{key}_API_KEY }}}}",
        f"    roles: [{', '.join(roles)}]",
        *_write_effort(served),
    ]
    return "\n".join(lines) + "\n"


def spell_field(served: ServedTier) -> Body:
    """Return the field of each request that carries the effort; empty where the provider takes none."""
    provider, _ = split_model(served.model)
    if provider in _TAKE_A_FIELD:
        return spell_effort(served)
    return {}


def _write_effort(served: ServedTier) -> list[str]:
    """Return the effort as a field of each request; else whether the model reasons at all."""
    field = spell_field(served)
    if field:
        options = json.dumps({"extraBodyProperties": field})
        return [f"    requestOptions: {options}"]
    if served.effort is None:
        return []
    reasons = str(served.effort != "low").lower()
    return [f"    defaultCompletionOptions: {{reasoning: {reasons}}}"]
