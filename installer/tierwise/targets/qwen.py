"""Qwen Code: `.qwen/agents/*.md`."""

from __future__ import annotations

from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.role_target import (
    RoleTarget,
    describe_role,
    list_tools,
    render_markdown,
    spell_model,
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


def _render_role(role: Role, lines: Values) -> bytes:
    tools = "".join(f"\n  - {tool}" for tool in list_tools(role, TOOLS))
    front = describe_role(role)
    if "Agent" not in role.tools:
        front["tools"] = tools
    return render_markdown(role, front, lines).replace(
        b"tools: \n",
        b"tools:\n",
    )


QWEN = RoleTarget(
    Dialect(
        target="qwen",
        folder=".qwen/agents",
        suffix=".md",
        keys=("model",),
        text=FRONTMATTER,
        spell=spell_model,
        render=_render_role,
    ),
    limits=("A role has no effort of its own: the model's default holds.",),
)
