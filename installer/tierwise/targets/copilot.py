"""Copilot, in the terminal and in VS Code: `.github/agents/*.agent.md`."""

from __future__ import annotations

import json

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    describe_role,
    list_tools,
    render_markdown,
)
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values

_TOOLS = {
    "Read": ("read",),
    "Grep": ("search",),
    "Glob": ("search",),
    "Edit": ("edit",),
    "Write": ("edit",),
    "Bash": ("execute",),
    "Agent": ("agent",),
    "WebSearch": ("web",),
    "WebFetch": ("web",),
}


def _spell_lines(_: str, served: ServedTier) -> Values:
    """Write a list of one model: of several VS Code takes the first that it may use; the command line takes the first."""
    model = FRONTMATTER.quote(served.model)
    if served.fallbacks:
        model = json.dumps([served.model, *served.fallbacks])
    return {"model": model, "reasoning-effort": served.effort}


def _render_role(role: Role, lines: Values) -> bytes:
    front = describe_role(role)
    front["tools"] = json.dumps(list_tools(role, _TOOLS))
    return render_markdown(role, front, lines)


COPILOT = RoleTarget(
    Dialect(
        target="copilot",
        folder=".github/agents",
        suffix=".agent.md",
        keys=("model", "reasoning-effort"),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
    ),
    limits=(
        "VS Code reads the model and has no effort for a role.",
        "A role that is the main agent of a session runs on the session's model.",
    ),
)
