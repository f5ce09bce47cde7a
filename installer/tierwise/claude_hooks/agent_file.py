"""The two lines of an agent's own file that a spawn depends on.  Standard library only, no YAML."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = "tierwise:"  # the plugin's namespace


def policy_name(agent: str, known: "Mapping[str, object]") -> str:
    """The name by which the policy knows an agent: the plugin's own agents go by their bare names."""
    bare = agent.removeprefix(OWN)
    return bare if agent not in known and bare != agent else agent


def pinned_model(root: str, agent: str) -> str:
    """The model in ``.claude/agents/AGENT.md``; empty without a file or a line."""
    if not agent or os.path.basename(agent) != agent:
        return ""
    try:
        with open(os.path.join(root, ".claude", "agents", f"{agent}.md"), "rb") as handle:
            return frontmatter_value(handle.read(16 << 10), b"model")
    except (OSError, ValueError):  # ValueError: a name with a NUL
        return ""


def frontmatter_value(text: bytes, key: bytes) -> str:
    """The plain value of a top-level key between the first two `---` lines; empty without one."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != b"---":
        return ""
    for line in lines[1:]:
        if line.rstrip() == b"---":
            break
        if line.startswith(key + b":"):
            value = line[len(key) + 1 :].split(b" #")[0].strip()
            return value.strip(b"\"'").decode("utf-8", "replace")
    return ""
