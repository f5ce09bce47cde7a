"""The doctor's word on what beats a role, and the real client's: each role with one file in its way."""

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
from tierwise.policy.on_target import serve_role
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


EACH_TOOL = [
    pytest.param(row, marks=mark_client(row.client, row.label), id=row.target) for row in ROWS
]


@pytest.mark.parametrize("row", EACH_TOOL)
def test_what_the_doctor_says_is_what_the_client_does(
    row: Row, repository: Path, tmp_path: Path
) -> None:
    home, target = tmp_path / "home", row.target
    synced(repository, f"targets: [{target}]\n")
    policy = load_policy(str(repository)).policy
    names = bundle.names("agents", ".md")[: len(FILES[target]) + 1]
    roles = {name: served for name in names if (served := serve_role(policy, target, name))}
    text = ROLE.replace(*LINES.get(target, ("", "")))
    text = text.replace("MODEL", MODELS.get(target, "anthropic/claude-other"))
    for name, pattern in zip(roles, FILES[target], strict=False):
        folder = home if pattern.startswith("~/") else repository
        path = folder / pattern.removeprefix("~/").replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", name))

    place = look(str(repository), {"HOME": str(home), "PATH": "/nowhere"})
    found = list(check_tool_overrides(place, policy, target))
    beaten = {name for name in roles if any(f"'s {name} follows" in one.what for one in found)}
    assert len(beaten) == len(found)

    session = TOOLS[target].spawn_roles(row.client, make_stage(repository, home), roles)
    routes = {name: session.find_route(name) for name in roles}
    models = {name: served.model.rpartition("/")[2] for name, served in roles.items()}
    differ = {name for name, route in routes.items() if not route or route.model != models[name]}
    assert differ <= beaten
    if OVERRIDES[target].twin in ("first", "last"):  # elsewhere the order of the disk decides
        assert differ == beaten
