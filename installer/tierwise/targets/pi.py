"""Pi: `.pi/agents/*.md`, which its subagent extension reads; Pi's core has no subagents."""

from __future__ import annotations

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
    "Read": ("read", "ls"),
    "Grep": ("grep",),
    "Glob": ("find",),
    "Edit": ("edit",),
    "Write": ("write",),
    "Bash": ("bash",),
}


def _spell_lines(_: str, served: ServedTier) -> Values:
    """Spell one line: Pi's own extension reads no other line, so the effort stands behind the model."""
    model = served.model
    if served.effort is not None:
        model = f"{model}:{served.effort}"
    return {"model": FRONTMATTER.quote(model)}


def _render_role(role: Role, lines: Values) -> bytes:
    front = describe_role(role)
    front["tools"] = ", ".join(list_tools(role, _TOOLS))
    return render_markdown(role, front, lines)


PI = RoleTarget(
    Dialect(
        target="pi",
        folder=".pi/agents",
        suffix=".md",
        keys=("model",),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
    ),
    limits=(
        "Only Pi's subagent extension reads roles, "
        "and a project's only where a call names `agentScope` (`both` or `project`).",
    ),
)
