"""One session of each tool's client, whose start takes seconds: what beats a role, and what an edit gives one.

The doctor's word on what beats a role is the client's: each role has one file in its way.  An edited policy holds for
a shipped role and for one of the user's own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.client.test_tools import ROWS, Row
from tests.support.policies import synced
from tests.support.tools import make_stage, mark_client

from tierwise import bundle
from tierwise.doctor.override_table import OVERRIDES
from tierwise.doctor.place import look
from tierwise.doctor.tool_overrides import check_tool_overrides
from tierwise.policy.load import load_policy
from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.sync.repository import uninstall
from tierwise.verify.tools.registry import TOOLS

FILES = {
    "opencode": (
        ".opencode/agent/NAME.md",
        ".opencode/modes/NAME.md",
        ".opencode/agents/nested/NAME.md",
        ".kilo/agents/NAME.md",
        "~/.opencode/agents/NAME.md",
        "~/.config/opencode/agents/NAME.md",
    ),
    "kilo": (
        ".kilo/agent/NAME.md",
        ".kilo/agents/nested/NAME.md",
        ".kilocode/agents/NAME.md",
        "~/.kilo/agents/NAME.md",
        "~/.kilocode/agents/NAME.md",
        "~/.config/kilo/agents/NAME.md",
    ),
    "gemini": (".gemini/agents/0NAME.md", ".gemini/agents/zNAME.md", "~/.gemini/agents/NAME.md"),
    "qwen": (".qwen/agents/0NAME.md", ".qwen/agents/zNAME.md", "~/.qwen/agents/NAME.md"),
    "copilot": (
        ".github/agents/0NAME.agent.md",
        ".github/agents/zNAME.agent.md",
        "~/.copilot/agents/NAME.agent.md",
    ),
    "pi": (".pi/agents/0NAME.md", ".pi/agents/zNAME.md"),
    "cline": (".cline/agents/0NAME.yaml", ".cline/agents/zNAME.yaml", "~/.cline/agents/NAME.yaml"),
}
MODELS = {"gemini": "gemini-3-pro-preview", "qwen": "other", "copilot": "gpt-other"}
ROLE = """---
name: NAME
description: d
mode: subagent
model: MODEL
---
Look.
"""
LINES = {
    "cline": ("mode: subagent\nmodel: MODEL\n", "providerId: anthropic\nmodelId: other\n"),
    "gemini": ("mode: subagent\n", ""),
}


EDITED, MINE = "debugger", "mine"
OWN = b'---\r\n# ours\r\n%sdescription: "a: b"  # odd\r\n---\r\nLook around.\r\n'
EDIT = f"agents: {{{EDITED}: {{tier: light, effort: low}}, {MINE}: {{tier: frontier, effort: medium}}}}\n"
COMMENTED = """// ours
{
  /* as the team
     likes it */
  "general": {
    "vimMode": true // odd
  },
  "ui": {"theme": "Default"} // the default
}
"""
EACH_TOOL = [
    pytest.param(row, marks=mark_client(row.client, row.label), id=row.target) for row in ROWS
]


@pytest.mark.parametrize("row", EACH_TOOL)
def test_the_client_does_what_the_doctor_says_and_what_an_edited_policy_gives(
    row: Row, repository: Path, tmp_path: Path
) -> None:
    home, tool = tmp_path / "home", TOOLS[row.target]
    write_own(row, repository)
    synced(repository, f"targets: [{row.target}]\n")
    synced(repository, f"targets: [{row.target}]\n{EDIT}")
    policy = load_policy(str(repository)).policy
    roles = serve_roles(policy, row.target)
    lay_files(row.target, roles, repository, home)
    beaten = find_beaten(policy, row.target, roles, repository, home)

    session = tool.spawn_roles(row.client, make_stage(repository, home), roles)

    routes = {name: session.find_route(name) for name in roles}
    for name in (EDITED, MINE):
        assert routes[name] == tool.spell_route(roles[name])
    models = {name: served.model.rpartition("/")[2] for name, served in roles.items()}
    differ = {name for name, route in routes.items() if not route or route.model != models[name]}
    assert differ <= beaten
    if OVERRIDES[row.target].twin in ("first", "last"):  # elsewhere the order of the disk decides
        assert differ == beaten
    if row.settings:
        check_settings(row, repository)


def write_own(row: Row, repository: Path) -> None:
    """Write a role of the user's own, and settings with comments."""
    own = repository / row.own
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(OWN % row.line)
    if row.settings:
        (repository / row.settings).write_text(COMMENTED)


def serve_roles(policy: Policy, target: str) -> dict[str, ServedTier]:
    """The edited roles, one for each file in the way, and one that has none."""
    shipped = [name for name in bundle.names("agents", ".md") if name != EDITED]
    names = [*shipped[: len(FILES[target]) + 1], EDITED, MINE]
    return {name: served for name in names if (served := serve_role(policy, target, name))}


def lay_files(target: str, roles: dict[str, ServedTier], repository: Path, home: Path) -> None:
    """Put one file in the way of each role."""
    text = ROLE.replace(*LINES.get(target, ("", "")))
    text = text.replace("MODEL", MODELS.get(target, "anthropic/claude-other"))
    for name, pattern in zip(roles, FILES[target], strict=False):
        folder = home if pattern.startswith("~/") else repository
        path = folder / pattern.removeprefix("~/").replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", name))


def find_beaten(
    policy: Policy, target: str, roles: dict[str, ServedTier], repository: Path, home: Path
) -> set[str]:
    """The roles that do not run as the policy says, in the doctor's words."""
    place = look(str(repository), {"HOME": str(home), "PATH": "/nowhere"})
    found = list(check_tool_overrides(place, policy, target))
    beaten = {name for name in roles if any(f"'s {name} follows" in one.what for one in found)}
    assert len(beaten) == len(found)
    return beaten


def check_settings(row: Row, repository: Path) -> None:
    """The user's comments stand where they stood, and alone once Tierwise has gone."""
    settings = repository / row.settings
    assert '{"theme": "Default"}, // the default\n' in settings.read_text()
    uninstall(str(repository))
    assert settings.read_text() == COMMENTED
