"""Claude Code's agent files: the shipped ones, which are ours whole, and two lines of the user's own."""

from __future__ import annotations

from tierwise import bundle
from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.roles import Dialect, Role
from tierwise.targets.splice import Values, splice

FOLDER = ".claude/agents"


def _spell_lines(_: str, served: ServedTier) -> Values:
    """Return the two lines: a full id is allowed here, unlike in a spawn."""
    return {"model": served.model, "effort": served.effort}


def _render_role(role: Role, lines: Values) -> bytes:
    return splice(
        bundle.read_bytes("agents", f"{role.name}.md"),
        lines,
    )


DIALECT = Dialect(
    target="claude",
    folder=FOLDER,
    suffix=".md",
    keys=("model", "effort"),
    text=FRONTMATTER,
    spell=_spell_lines,
    render=_render_role,
)
