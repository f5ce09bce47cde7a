"""OpenCode and its twin Kilo: `.opencode/agents/*.md`, effort as a variant of the model."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    quote_description,
    render_markdown,
)
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values


def _spell_lines(_: str, served: ServedTier) -> Values:
    return {"model": FRONTMATTER.quote(served.model), "variant": served.effort}


def _render_role(role: Role, lines: Values) -> bytes:
    front = {"description": quote_description(role), "mode": "subagent"}
    denied = []
    if not role.edits:
        denied.append("edit: deny")
    if not role.runs_commands:
        denied.append("bash: deny")
    if denied:
        rules = ", ".join(denied)
        front["permission"] = f"{{{rules}}}"
    return render_markdown(role, front, lines)


def _make_dialect(target: str) -> Dialect:
    return Dialect(
        target=target,
        folder=f".{target}/agents",
        suffix=".md",
        keys=("model", "variant"),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
        name_key="",
    )


_LIMITS = (
    "An effort is a variant of the model; a model without a variant of that name ignores it.",
)
OPENCODE = RoleTarget(_make_dialect("opencode"), limits=_LIMITS)
KILO = RoleTarget(_make_dialect("kilo"), limits=_LIMITS)
