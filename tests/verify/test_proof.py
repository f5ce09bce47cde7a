"""`tierwise verify` with the real clients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.checkout import leave_out_all_but, preset, shipped, tier_of, tierwise
from tests.support.processor import read_times
from tests.support.wire import on_wire

from tierwise.verify.client import Client
from tierwise.verify.verdict import join_pair

pytestmark = pytest.mark.client

LIMIT = 60  # seconds of the processor for the shipped cast


def verify(
    client: Client, root: Path, *arguments: str, env: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    done = tierwise(root, "verify", "--json", "--client", str(client.path), *arguments, env=env)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def spell_tier(client: Client, agent: str) -> str:
    """An agent's model and effort of the preset, as the client sends them."""
    model, effort = on_wire(client.version, *tier_of(preset(), agent))
    return join_pair(model, effort or "")


def test_every_way_is_proven_on_every_measured_client_and_no_file_changes(
    client: Client, repository: Path
) -> None:
    before, start = sorted(repository.rglob("*")), read_times()
    code, proof = verify(client, repository)
    assert sum(read_times().since(start)) < LIMIT
    assert sorted(repository.rglob("*")) == before
    differing = [line for line in proof["lines"] if line["verdict"] == "differs"]
    assert (code, differing) == (0, [])
    assert proof["version"] == client.version
    wires = {line["name"]: line["wire"] for line in proof["lines"] if line["way"] == "agent"}
    assert wires == {agent: spell_tier(client, agent) for agent in shipped("agents")}
    ways = {line["way"] for line in proof["lines"]}
    assert ways == {"main conversation", "agent", "built-in agent", "own agent", "call with a model", "fork",
                    "workflow", "command"}  # fmt: skip


def test_a_variable_that_beats_the_policy_is_found_on_the_wire(
    newest_client: Client, repository: Path, tmp_path: Path
) -> None:
    (repository / "tierwise.yaml").write_text(
        f"version: 1\nextends: balanced\n{leave_out_all_but('planner')}"
    )
    forced = {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}
    page = tmp_path / "proof.html"
    code, proof = verify(newest_client, repository, "--html", str(page), env=forced)
    assert (code, proof["ok"]) == (1, False)
    wrong = {line["name"]: line["wire"] for line in proof["lines"] if line["verdict"] == "differs"}
    assert "claude-haiku-5-5" in wrong["planner"]
    assert "not as the policy says" in page.read_text()


AGENT = """---
name: {name}
description: An agent.
hooks: {{PreToolUse: [{{matcher: Agent, hooks: [{{type: command, command: "touch {mark}"}}]}}]}}
{pins}---
Words that nobody else is to see.
"""


def test_agents_of_the_users_own_are_tried_by_their_names(
    newest_client: Client, repository: Path, home: Path
) -> None:
    policy = f"version: 1\nextends: balanced\n{leave_out_all_but('planner')}"
    (repository / "tierwise.yaml").write_text(policy)
    mark = home / "mark"
    users, ours = home / ".claude" / "agents", repository / ".claude" / "agents" / "more"
    for folder, name, pins in (
        (users, "mine", "model: opus\neffort: max\n"),
        (users, "Explore", "model: sonnet\n"),
        (ours, "nested", ""),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file-of-{name}.md").write_text(AGENT.format(name=name, pins=pins, mark=mark))
    (users / "broken.md").write_text("---\nname: broken\n---\nNo description.\n")
    env = {"HOME": str(home), "CLAUDE_CODE_SUBAGENT_EFFORT": "low"}
    code, proof = verify(newest_client, repository, env=env)
    assert (code, proof["ok"]) == (0, True)
    assert proof["settings"] == {"environment": {"CLAUDE_CODE_SUBAGENT_EFFORT": "low"}}
    found = {line["name"]: line for line in proof["lines"] if line["way"] == "own agent"}
    assert sorted(found) == ["mine", "nested", "tierwise-verify-pinned", "tierwise-verify-plain"]
    assert found["mine"]["requested"] == "opus max"
    assert not mark.exists()


COMMAND = """---
description: A command.
{pins}hooks: {{PreToolUse: [{{hooks: [{{type: command, command: "touch {mark}"}}]}}]}}
---
Words that nobody else is to see. !`touch {mark}`
"""


def test_commands_of_the_users_own_are_tried_and_start_nothing(
    newest_client: Client, repository: Path, home: Path
) -> None:
    policy = f"version: 1\nextends: balanced\n{leave_out_all_but('planner')}"
    (repository / "tierwise.yaml").write_text(policy)
    mark = home / "mark"
    folder = home / ".claude" / "commands"
    (folder / "deeper").mkdir(parents=True)
    for name, pins in (
        ("mine", "model: sonnet\neffort: low\n"),
        ("bare", ""),
        ("shared", "model: opus\n"),
        ("deeper/other", ""),
        ("two words", ""),
    ):
        (folder / f"{name}.md").write_text(COMMAND.format(pins=pins, mark=mark))
    ours = repository / ".claude" / "commands" / "shared.md"
    ours.parent.mkdir(parents=True)
    ours.write_text("---\ndescription: d\nmodel: haiku\n---\nLook.\n")
    code, proof = verify(newest_client, repository, env={"HOME": str(home)})
    assert (code, proof["ok"]) == (0, True)
    found = {line["name"]: line["wire"] for line in proof["lines"] if line["way"] == "command"}
    assert found["/mine"] == "claude-sonnet-5-5 low"
    assert found["/shared"].startswith("claude-haiku")  # the repository's
    assert "/bare" in found
    assert {"/other", "/two words"}.isdisjoint(found)
    assert not mark.exists()


def test_a_client_that_is_none_is_an_error_with_a_remedy(repository: Path, tmp_path: Path) -> None:
    fake = tmp_path / "claude"
    fake.write_text("#!/bin/sh\necho hello\n")
    fake.chmod(0o755)
    done = tierwise(repository, "verify", "--client", str(fake))
    assert done.returncode == 4
    assert "does not tell its version" in done.stderr
