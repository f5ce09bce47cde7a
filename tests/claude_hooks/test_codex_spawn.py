"""Spawns of Codex: both spawn tools, with and without a model of the caller's, in every mode of the hook."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import compiled, event, rows
from tests.support.trust import trust

from tierwise.claude_hooks.hook import answer
from tierwise.domain.coding_tools import default_models

MODELS = default_models("codex")
TOOLS = ("spawn_agent", "collaborationspawn_agent")
POLICY = "targets: [claude, codex]\n"
NUMBERS = itertools.count()


def ask(root: Path, tool: str, env: dict[str, str] | None = None, **call: Any) -> dict[str, Any]:
    """What the hook prints for one spawn, parsed; empty where it prints nothing."""
    data = event(
        "PreToolUse",
        root,
        tool_name=tool,
        tool_use_id=f"call_{next(NUMBERS)}",
        tool_input={"message": "Find the root cause of the crash", **call},
        model="gpt-6-luna",
    )
    said = answer("CodexPreToolUse", json.dumps(data).encode(), env or {})
    return dict(json.loads(said).get("hookSpecificOutput", {})) if said else {}


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, POLICY)
    return repository


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("named", [{}, {"model": MODELS["haiku"], "reasoning_effort": "low"}])
def test_model_and_effort_are_the_policys(root: Path, tool: str, named: dict[str, str]) -> None:
    call = {"agent_type": "security-reviewer", "message": "Review the security of the login"}
    said = ask(root, tool, task_name="look", **call, **named)
    assert said["permissionDecision"] == "allow"
    assert said["updatedInput"] == {
        **call,
        "task_name": "look",
        "model": MODELS["opus"],
        "reasoning_effort": "high",
    }
    (row,) = rows(root)
    assert (row["client"], row["tier"], row["model"]) == ("codex", "frontier", MODELS["opus"])
    assert row["wrote"] == {"model": MODELS["opus"], "reasoning_effort": "high"}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_model_of_the_callers_above_the_floor_is_kept_and_recorded(root: Path, tool: str) -> None:
    named = {"model": MODELS["haiku"], "reasoning_effort": "low"}
    assert ask(root, tool, agent_type="debugger", **named) == {}
    override = rows(root)[-1]["override"]
    assert (override["asked"], override["kept"]) == ("haiku", True)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("mode", ["advise", "shadow", "off"])
def test_only_enforcing_writes(root: Path, tool: str, mode: str) -> None:
    assert "updatedInput" not in ask(root, tool, {"TIERWISE_MODE": mode}, agent_type="debugger")
    assert len(rows(root)) == (mode != "off")


def test_a_call_that_agrees_already_is_left_alone(root: Path) -> None:
    named = {"model": MODELS["opus"], "reasoning_effort": "high"}
    assert ask(root, TOOLS[0], agent_type="debugger", **named) == {}


def test_work_that_needs_no_model_is_refused_with_its_command(root: Path) -> None:
    compiled(root, POLICY + "automated: {lint: ruff check .}\n")
    trust(root)  # a command counts once a person has looked at it
    said = ask(root, TOOLS[0], message="Run the linter.")
    assert said["permissionDecision"] == "deny"
    assert "ruff check ." in said["permissionDecisionReason"]


def test_a_copy_of_the_session_is_noted_and_never_counted_as_routed(root: Path) -> None:
    assert ask(root, TOOLS[0], fork_context=True) == {}
    assert rows(root) == [] and len(rows(root, "unroutable")) == 1


def test_the_owners_model_in_a_role_of_theirs_holds(root: Path) -> None:
    folder = root / ".codex" / "agents"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "mine"\nmodel = "gpt-own" # why\n[x]\nmodel = 1\n')
    assert ask(root, TOOLS[0], agent_type="mine") == {}
    assert rows(root)[-1]["model"] == "gpt-own"


def test_a_tier_that_has_no_model_there_runs_on_the_next_one(root: Path) -> None:
    local = "tiers: {light: {model: t, provider: openai, base_url: 'http://127.0.0.1:1/v1'}}\n"
    compiled(root, POLICY + local)
    said = ask(root, TOOLS[0], message="Update the changelog", agent_type="commit-writer")
    assert said["updatedInput"]["model"] == MODELS["sonnet"]


@pytest.mark.parametrize(
    "call", [{"message": 3}, {"agent_type": ["x"]}, {"model": {}}, {"agent_type": "../../x"}]
)
def test_fields_of_another_type_never_break_a_spawn(root: Path, call: dict[str, Any]) -> None:
    ask(root, TOOLS[0], **call)


def test_without_the_target_and_for_other_tools_nothing_is_said(root: Path) -> None:
    assert ask(root, "exec_command") == {}
    compiled(root, "")
    assert ask(root, TOOLS[0], agent_type="debugger") == {}
