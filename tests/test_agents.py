"""The cast: twenty agents, each as the default preset and its role want it."""

from __future__ import annotations

import pytest
from tests.support.cast import AGENTS, ROOT, read, table_rows, tools

from tierwise.policy.compile import effort_of
from tierwise.policy.load import load_preset
from tierwise.targets.splice import splice

CAST = [
    "researcher",
    "planner",
    "requirements-validator",
    "integration-validator",
    "build-planner",
    "build-checker",
    "implementer",
    "code-reviewer",
    "deep-auditor",
    "remediator",
    "test-writer",
    "e2e-tester",
    "explorer",
    "debugger",
    "refactorer",
    "security-reviewer",
    "doc-writer",
    "formatter",
    "commit-writer",
    "orchestrator",
]

CHANGES_FILES = {"Edit", "Write", "NotebookEdit"}
READS = {"Read", "Grep", "Glob", "WebSearch", "WebFetch"}
# Roles that look, think and report.  The second group needs git or the project's tests, hence a shell.
NEVER_WRITE = {
    "researcher",
    "planner",
    "requirements-validator",
    "integration-validator",
    "build-planner",
}
NEVER_WRITE |= {"build-checker", "explorer"}
SHELL_BUT_NO_EDITS = {
    "code-reviewer",
    "deep-auditor",
    "security-reviewer",
    "e2e-tester",
    "commit-writer",
    "orchestrator",
}
FRESH_EYES = {"requirements-validator", "integration-validator", "build-checker", "deep-auditor"}

BALANCED = load_preset("balanced").policy


def test_the_whole_cast_is_shipped() -> None:
    assert sorted(CAST) == AGENTS


@pytest.mark.parametrize("name", AGENTS)
class TestEachAgent:
    def test_frontmatter_has_the_five_keys_in_their_order(self, name: str) -> None:
        data = (ROOT / "agents" / f"{name}.md").read_bytes()
        head = data.split(b"---\n")[1].decode()
        assert [line.partition(":")[0] for line in head.splitlines()] == [
            "name",
            "description",
            "tools",
            "model",
            "effort",
        ]
        assert b"\r" not in data and data.endswith(b"\n")

    def test_is_called_as_its_file(self, name: str) -> None:
        assert read("agents", name)[0]["name"] == name

    def test_model_and_effort_are_what_balanced_renders(self, name: str) -> None:
        choice = BALANCED.agents[name]
        assert choice is not None
        lines = {"model": BALANCED.tiers[choice.tier].model, "effort": effort_of(BALANCED, choice)}
        meta, _ = read("agents", name)
        assert {key: meta[key] for key in lines} == lines
        data = (ROOT / "agents" / f"{name}.md").read_bytes()
        assert splice(data, lines) == data

    def test_description_is_one_short_sentence(self, name: str) -> None:
        description = read("agents", name)[0]["description"]
        assert 6 <= len(description.split()) <= 13
        assert description.endswith(".") and "\n" not in description

    def test_prompt_says_what_comes_in_what_goes_out_and_when_to_stop(self, name: str) -> None:
        text = read("agents", name)[1]
        assert "You return" in text
        assert name in ("formatter", "commit-writer") or "You receive" in text
        assert any(
            word in text
            for word in (
                "Stop",
                "stop",
                "NO GO",
                "NOT VALID",
                "DOES NOT FIT",
                "UNSOUND",
                "Do not guess",
            )
        )
        assert len(text.split()) < 420


@pytest.mark.parametrize("name", sorted(NEVER_WRITE))
def test_roles_that_only_think_can_only_read(name: str) -> None:
    assert set(tools(name)) <= READS


@pytest.mark.parametrize("name", sorted(SHELL_BUT_NO_EDITS))
def test_roles_that_judge_have_no_tool_that_changes_files(name: str) -> None:
    assert not set(tools(name)) & CHANGES_FILES


@pytest.mark.parametrize("name", sorted(set(CAST) - NEVER_WRITE - SHELL_BUT_NO_EDITS))
def test_roles_that_work_on_files_can_change_them(name: str) -> None:
    assert set(tools(name)) & CHANGES_FILES


def test_only_the_orchestrator_spawns_agents() -> None:
    assert [name for name in AGENTS if "Agent" in tools(name)] == ["orchestrator"]


@pytest.mark.parametrize("name", sorted(FRESH_EYES))
def test_validators_start_from_the_artefacts_alone(name: str) -> None:
    assert "nothing else" in read("agents", name)[1]


@pytest.mark.parametrize("name", ["orchestrator", "build-planner"])
def test_agents_that_hand_out_tasks_annotate_them_and_name_no_model(name: str) -> None:
    text = read("agents", name)[1]
    assert "[scope: " in text and "[domain: " in text and "[ambiguity: " in text
    assert "Never name a model" in text or "Never set a model" in text


def test_the_orchestrator_names_only_agents_that_exist() -> None:
    text = read("agents", "orchestrator")[1]
    named = {word for word in text.split("`")[1::2] if word.replace("-", "").isalpha()}
    assert named <= set(AGENTS)
    assert {"planner", "implementer", "deep-auditor"} <= named


def test_no_prompt_names_a_model() -> None:
    for name in AGENTS:
        words = set(read("agents", name)[1].lower().replace("`", " ").split())
        assert not words & {"haiku", "sonnet", "opus", "fable"}, name


def test_the_documentation_lists_each_agent_with_its_tier_and_tools() -> None:
    rows = {row[0].strip("`"): row for row in table_rows("agents.md")}
    assert sorted(rows) == AGENTS
    for name, row in rows.items():
        choice = BALANCED.agents[name]
        assert choice is not None
        assert row[1] == choice.tier + (f", effort {choice.effort}" if choice.effort else ""), name
        assert row[2] == ", ".join(tools(name)), name
