"""The slash commands: frontmatter that the client understands, agents that exist, arguments that stay text."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.support.cast import AGENTS, COMMANDS, read, table_rows

from tierwise.cli.registry import COMMANDS as PROGRAMS
from tierwise.policy.load import load_preset

SHIPPED = [
    "plan",
    "build",
    "ship",
    "light",
    "mid",
    "frontier",
    "route",
    "handoff",
    "flag",
    "escalate",
    "run",
    "session",
]
PHASES = {
    "plan": [
        "researcher",
        "planner",
        "requirements-validator",
        "integration-validator",
        "build-planner",
        "build-checker",
    ],
    "build": ["implementer", "code-reviewer", "deep-auditor", "remediator"],
    "ship": ["e2e-tester", "remediator", "doc-writer", "commit-writer"],
}
KEYS = {
    "description",
    "argument-hint",
    "allowed-tools",
    "disable-model-invocation",
    "model",
    "effort",
}


def test_the_commands_of_the_three_phases_and_of_daily_use_are_shipped() -> None:
    assert sorted(SHIPPED) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
class TestEachCommand:
    def test_frontmatter_has_only_known_keys_and_text_values(self, name: str) -> None:
        meta, _ = read("commands", name)
        assert set(meta) <= KEYS
        assert all(isinstance(meta[key], str) for key in meta if key != "disable-model-invocation")

    def test_description_is_short_and_costs_nothing_until_it_is_called(self, name: str) -> None:
        meta, _ = read("commands", name)
        assert len(meta["description"].split()) <= 12
        assert meta["disable-model-invocation"] is True

    def test_takes_the_users_words_once(self, name: str) -> None:
        assert read("commands", name)[1].count("$ARGUMENTS") == 1

    def test_calls_only_commands_of_ours_that_exist(self, name: str) -> None:
        meta, text = read("commands", name)
        called = re.findall(
            r"(?m)(?:`|\(|^ *)tierwise ([a-z-]+)", text + meta.get("allowed-tools", "")
        )
        assert set(called) <= set(PROGRAMS)

    def test_may_use_what_it_calls(self, name: str) -> None:
        meta, text = read("commands", name)
        allowed = set(re.findall(r"Bash\(tierwise ([a-z-]+):\*\)", meta.get("allowed-tools", "")))
        assert set(re.findall(r"(?m)(?:`|^ *)tierwise ([a-z-]+)", text)) <= allowed
        assert "Bash(tierwise:*)" not in meta.get("allowed-tools", "")


@pytest.mark.parametrize("rank", ["light", "mid", "frontier"])
def test_a_tiers_command_is_the_message_on_that_tier(rank: str) -> None:
    tier = load_preset("balanced").policy.tiers[rank]
    meta, text = read("commands", rank)
    assert (meta["model"], meta["effort"]) == (tier.model, tier.effort)
    assert text == "$ARGUMENTS"
    assert f"{rank} tier" in meta["description"]


@pytest.mark.parametrize("name", ["plan", "build", "ship", "escalate", "handoff"])
def test_a_command_that_needs_the_conversation_stays_on_the_sessions_model(name: str) -> None:
    assert "model" not in read("commands", name)[0]


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_calls_its_agents_in_the_order_of_the_loop(phase: str) -> None:
    text = read("commands", phase)[1]
    places = [text.index(f"`{agent}`") for agent in PHASES[phase]]
    assert places == sorted(places)


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_names_only_agents_that_exist(phase: str) -> None:
    agents = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", read("commands", phase)[1]))
    agents |= set(re.findall(r"\(`([a-z0-9-]+)`", read("commands", phase)[1]))
    assert agents and agents <= set(AGENTS)


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_annotates_its_tasks_and_sets_no_model(phase: str) -> None:
    text = read("commands", phase)[1]
    assert re.search(r"\[scope: [^]]+\] \[domain: [^]]+\] \[ambiguity: [^]]+\]", text)
    assert "Never set a model" in " ".join(text.split())


def test_the_automated_steps_are_shell_commands() -> None:
    build = read("commands", "build")[1]
    (preflight,) = re.findall(r"```!\n(.*?)\n```", build, re.DOTALL)
    assert (
        "tierwise preflight --plan .tierwise/local/plan/plan.md\n" in preflight
        and preflight.endswith("|| true")
    )
    assert "`tierwise smoke`" in build
    ship = read("commands", "ship")[1]
    assert "`tierwise smoke`" in ship and "`tierwise commit check" in ship


@pytest.mark.parametrize("planned", [True, False])
def test_the_pre_flight_of_build_looks_at_the_plan_where_there_is_one(
    planned: bool, tmp_path: Path
) -> None:
    (block,) = re.findall(r"```!\n(.*?)\n```", read("commands", "build")[1], re.DOTALL)
    plan = tmp_path / ".tierwise/local/plan/plan.md"
    plan.parent.mkdir(parents=True)
    if planned:
        plan.touch()
    assert called_with(block, tmp_path) == [
        "preflight",
        *(["--plan", ".tierwise/local/plan/plan.md"] if planned else []),
    ]


HOSTILE = [
    "it's",
    'say "hi"',
    "`touch pwned`",
    "$(touch pwned)",
    "; touch pwned",
    "a\nb",
    "$HOME",
    "\\",
    "-x",
    "é…",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_the_task_of_route_reaches_the_program_as_one_argument(words: str, tmp_path: Path) -> None:
    """The client puts the words into the script before a shell reads it, as this test does."""
    block = re.search(r"```!\n(.*?)\n```", read("commands", "route")[1], re.DOTALL)
    assert block
    assert called_with(block[1].replace("$ARGUMENTS", words), tmp_path) == ["route", "--", words]
    assert not (tmp_path / "pwned").exists()


def called_with(script: str, folder: Path) -> list[str]:
    """The arguments with which a script calls ``tierwise``, run by a real shell in ``folder``."""
    program = folder / "tierwise"
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > arguments\n')
    program.chmod(0o755)
    subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, env={"PATH": f"{folder}:/usr/bin:/bin"}, check=True
    )
    return (folder / "arguments").read_text(encoding="utf-8").split("\0")[:-1]


def test_no_other_command_puts_the_users_words_into_a_script() -> None:
    for name in COMMANDS:
        text = read("commands", name)[1]
        scripts = re.findall(r"```!\n(.*?)\n```", text, re.DOTALL) + re.findall(r"!`[^`]*`", text)
        assert name == "route" or not any("$ARGUMENTS" in script for script in scripts), name


def test_the_documentation_lists_each_command() -> None:
    rows = [row[0].strip("`").split()[0] for row in table_rows("commands.md")]
    assert sorted(rows) == sorted(f"/{name}" for name in COMMANDS)


def test_the_documentation_has_the_fifteen_steps_with_their_tiers() -> None:
    agents = load_preset("balanced").policy.agents
    rows = table_rows("commands.md", "## The fifteen steps")
    assert [int(row[0].split()[0]) for row in rows] == list(range(1, 16))
    for _, who, tier in rows:
        first = who.split("`")[1]
        choice = agents.get(first)
        assert choice.tier in tier if choice else tier == "a command", who
