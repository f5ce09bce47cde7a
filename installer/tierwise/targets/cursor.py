"""Cursor: `.cursor/agents/*.md`, effort inside the model's id."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    describe_role,
    render_markdown,
)
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values


def _spell_lines(_: str, served: ServedTier) -> Values:
    model = served.model
    if served.effort is not None and not model.endswith("]"):
        model = f"{model}[effort={served.effort}]"
    return {"model": FRONTMATTER.quote(model)}


def _render_role(role: Role, lines: Values) -> bytes:
    front = describe_role(role)
    if not role.edits and not role.runs_commands:
        front["readonly"] = "true"
    return render_markdown(role, front, lines)


CURSOR = RoleTarget(
    Dialect(
        target="cursor",
        folder=".cursor/agents",
        suffix=".md",
        keys=("model",),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
    ),
    limits=("A role has no list of tools: one that only reads is `readonly`.",),
)
