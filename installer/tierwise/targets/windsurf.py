"""Windsurf, now Devin's desktop and command line: `.devin/agents/NAME/AGENT.md`."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import RoleTarget, quote_description, render_markdown
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values


def _spell_lines(_: str, served: ServedTier) -> Values:
    return {"model": FRONTMATTER.quote(served.model)}


def _render_role(role: Role, lines: Values) -> bytes:
    front = {"name": role.name, "description": quote_description(role)}
    return render_markdown(role, front, lines)


WINDSURF = RoleTarget(
    Dialect(
        target="windsurf",
        folder=".devin/agents",
        suffix="/AGENT.md",
        keys=("model",),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
    ),
    limits=("A role has no effort of its own, and its tools are not limited.",),
)
