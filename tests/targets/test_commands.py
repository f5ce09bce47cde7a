"""Slash commands follow the policy's ladder."""

from __future__ import annotations

import pytest
from tests.support.cast import COMMANDS, ROOT

from tierwise.policy.load import parse_policy
from tierwise.targets.commands import command_targets
from tierwise.targets.splice import read_lines

KEYS = ["model", "effort"]


def rendered(policy: str) -> dict[str, bytes]:
    """Command -> content, for a policy laid over `balanced` and an empty repository."""
    targets = command_targets(parse_policy(f"version: 1\n{policy}".encode()), lambda path: None)
    return {
        target.path.removeprefix(".claude/commands/").removesuffix(".md"): target.content
        for target in targets
    }


def test_balanced_renders_the_commands_as_they_are_shipped() -> None:
    assert rendered("") == {name: (ROOT / f"commands/{name}.md").read_bytes() for name in COMMANDS}


@pytest.mark.parametrize("name", ["route", "flag", "run", "session"])
def test_a_short_command_runs_on_the_cheapest_tier_at_its_own_effort(name: str) -> None:
    content = rendered("tiers: {light: {model: claude-haiku-4-5}}")[name]
    assert read_lines(content, KEYS) == {"model": "claude-haiku-4-5", "effort": "low"}


def test_a_tier_that_the_client_cannot_run_is_not_the_cheapest() -> None:
    local = "tiers: {light: {provider: openai, model: qwen, base_url: 'http://127.0.0.1:11434/v1'}}"
    commands = rendered(local)
    assert read_lines(commands["route"], KEYS)["model"] == "sonnet"
    assert "light" not in commands


def test_a_command_that_conducts_names_no_model_on_any_ladder() -> None:
    commands = rendered("tiers: {light: {model: sonnet}}")
    for name in ("plan", "build", "ship", "handoff", "escalate"):
        assert read_lines(commands[name], KEYS) == {"model": None, "effort": None}


def test_a_tier_on_top_gets_a_command_of_its_own() -> None:
    commands = rendered("tiers: {summit: {model: fable, effort: high}}")
    assert read_lines(commands["summit"], KEYS) == {"model": "fable", "effort": "high"}
    assert b"summit tier" in commands["summit"]


def test_a_command_is_left_out_where_the_policy_says_so() -> None:
    assert set(COMMANDS) - set(rendered("commands: {plan: off, run: off}")) == {"plan", "run"}
