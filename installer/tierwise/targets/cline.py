"""Cline: `.cline/agents/*.yaml`, which is frontmatter and a body all the same."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.request_body import split_model
from tierwise.targets.role_target import (
    RoleTarget,
    render_plain,
)
from tierwise.targets.roles import Dialect
from tierwise.targets.splice import Values


def _spell_lines(_: str, served: ServedTier) -> Values:
    provider, model = split_model(served.model)
    lines = {"providerId": None, "modelId": FRONTMATTER.quote(model)}
    if provider:
        lines["providerId"] = FRONTMATTER.quote(provider)
    return lines


CLINE = RoleTarget(
    Dialect(
        target="cline",
        folder=".cline/agents",
        suffix=".yaml",
        keys=("providerId", "modelId"),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=render_plain,
    ),
    limits=("A role has no effort of its own, and its tools are not limited.",),
)
