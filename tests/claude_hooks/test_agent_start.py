"""An agent that is about to start, as the plugin's module asks about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event

FULL = "claude-haiku-5-5"
POLICY = f"extends: balanced\ntiers:\n  light: {{model: {FULL}}}\n"


def start(root: Path, **more: Any) -> dict[str, Any]:
    fields = {"tool_use_id": "toolu_0001", "prompt": "Where does it start?", **more}
    return ask(event("AgentSpawn", root, **fields))


def test_a_tiers_full_id_reaches_the_agent_and_counts_once(repository: Path) -> None:
    compiled(repository, POLICY)
    ask(spawn_event(repository))
    assert start(repository, model="haiku") == {"model": FULL}
    assert len(rows(repository, "decision")) == 1


def test_an_alias_needs_no_second_answer(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    ask(spawn_event(repository))
    assert start(repository, model="haiku") == {}


def test_a_spawn_that_the_hook_did_not_see_is_left_alone(repository: Path) -> None:
    compiled(repository, POLICY)
    assert start(repository) == {}


def test_a_workflows_agent_without_a_model_is_decided_and_recorded_once(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    workflow = {"runId": "wf_1", "agentIndex": 2}
    found = start(repository, workflow=workflow, subagent_type="Explore")
    assert found == start(repository, workflow=workflow, subagent_type="Explore")
    assert found["model"] == "haiku"
    (row,) = rows(repository, "decision")
    assert row["workflow"] == {"call": "toolu_0001", "agent": 2}


def test_a_model_of_the_script_stands(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    assert start(repository, workflow={"agentIndex": 1}, model="sonnet") == {}


@pytest.mark.parametrize(
    ("call", "decided", "counted"),
    [
        ("agent('Add a button to the page.', {model: args.model})", {}, 1),
        ("const run = agent\nrun('Where does it start?')", {"model": "haiku"}, 1),
        (
            "agent('Add a button to the page.')\nconst run = agent\nrun('Where does it start?')",
            {"model": "haiku"},
            2,
        ),
    ],
    ids=["the script's own model", "no call that can be read", "both"],
)
def test_an_agent_that_starts_without_a_model_is_counted_once(
    call: str, decided: dict[str, str], counted: int, repository: Path
) -> None:
    compiled(repository, "extends: balanced\n")
    script = f"export const meta = {{name: 'x', description: 'y'}}\n{call}\n"
    fields = {"tool_name": "Workflow", "tool_use_id": "toolu_0001"}
    ask(event("PreToolUse", repository, **fields, tool_input={"script": script}))
    found = start(repository, workflow={"agentIndex": 1}, subagent_type="Explore")
    assert found == decided
    assert len(rows(repository, "decision")) == counted


def test_only_enforcing_changes_an_agent(repository: Path) -> None:
    compiled(repository, POLICY + "hooks: {mode: shadow}\n")
    ask(spawn_event(repository))
    assert start(repository, model="haiku") == {}
