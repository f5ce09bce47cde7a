"""Windsurf, now Devin's desktop and command line: `.devin/agents/NAME/AGENT.md`."""

from __future__ import annotations

from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    render_plain,
    spell_model,
)
from tierwise.targets.roles import Dialect

WINDSURF = RoleTarget(
    Dialect(
        target="windsurf",
        folder=".devin/agents",
        suffix="/AGENT.md",
        keys=("model",),
        text=FRONTMATTER,
        spell=spell_model,
        render=render_plain,
    ),
    limits=("A role has no effort of its own, and its tools are not limited.",),
)
