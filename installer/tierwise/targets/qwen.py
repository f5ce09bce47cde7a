"""Qwen Code: `.qwen/agents/*.md`."""

from __future__ import annotations

from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    list_tools,
    quote_description,
    render_markdown,
)
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values

TOOLS = {
    "Read": ("read_file", "list_directory"),
    "Grep": ("grep_search",),
    "Glob": ("glob",),
    "Edit": ("edit",),
    "Write": ("write_file",),
    "Bash": ("run_shell_command",),
    "WebFetch": ("web_fetch",),
}


def _spell_lines(_: str, served: ServedTier) -> Values:
    return {"model": FRONTMATTER.quote(served.model)}


def _render_role(role: Role, lines: Values) -> bytes:
    tools = "".join(f"\n  - {tool}" for tool in list_tools(role, TOOLS))
    front = {"name": role.name, "description": quote_description(role)}
    if "Agent" not in role.tools:
        front["tools"] = tools
    return render_markdown(role, front, lines).replace(b"tools: \n", b"tools:\n")


QWEN = RoleTarget(
    Dialect(
        target="qwen",
        folder=".qwen/agents",
        suffix=".md",
        keys=("model",),
        text=FRONTMATTER,
        spell=_spell_lines,
        render=_render_role,
    ),
    limits=("A role has no effort of its own: the model's default holds.",),
)
