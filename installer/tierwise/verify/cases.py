"""What is tried: every agent of the policy, Claude Code's own, agents of the user's, a workflow, the commands."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.verify.turns import (
    ScriptedTurn,
    ToolCall,
    say,
    spawn,
    use,
)

AT_ONCE = 10
"""Spawns of one reply: a client runs twenty at once and refuses the next."""
BUILT_IN = ("Explore", "Plan", "general-purpose")
FORK = "fork"
PLAIN_AGENT = "tierwise-verify-plain"
PINNED_AGENT = "tierwise-verify-pinned"
PINNED_MODEL, PINNED_EFFORT = "opus", "max"
OWN_AGENTS = {
    PLAIN_AGENT: "---\nname: {name}\ndescription: An agent without a model.\n---\nYou work.\n",
    PINNED_AGENT: "---\nname: {name}\ndescription: An agent with a model.\n"
    f"model: {PINNED_MODEL}\neffort: {PINNED_EFFORT}\n---\nYou work.\n",
}
WORKFLOW = """export const meta = {name: 'verify', description: 'Agents that a script starts'}
const LIST = [{key: 'docs', prompt: 'Write the README section on installing.'}]
await pipeline(LIST, item => agent(item.prompt, {label: `write:${item.key}`}))
return await parallel([
  () => agent('Audit the payment module for security holes.', {label: 'audit'}),
  () => agent('Find where the port is configured.', {agentType: 'Explore'}),
  () => agent('Add a unit test for the date parser.', {label: 'tests', effort: 'low'}),
])
"""
WORKFLOW_PROMPTS = (
    "Write the README section on installing.",
    "Audit the payment module for security holes.",
    "Find where the port is configured.",
    "Add a unit test for the date parser.",
)


@dataclass(frozen=True)
class SpawnCase:
    """One spawn to try.  ``way`` is how it is started, ``requested`` what its caller names."""

    way: str
    name: str
    call: ToolCall
    requested: str = ""


def list_cases(
    agents: Sequence[str],
    own: Sequence[str],
) -> list[SpawnCase]:
    """List every spawn of the Agent tool that is tried: ``agents`` of the policy, ``own`` ones of the user's."""
    numbers = itertools.count(1)

    def build(
        way: str,
        name: str,
        **fields: object,
    ) -> SpawnCase:
        named = [fields[key] for key in ("model", "effort") if key in fields]
        requested = " ".join(map(str, named))
        prompt = f"Case {next(numbers):03d}: go on with the next item of the list."
        call = spawn(
            name,
            prompt,
            run_in_background=False,
            **fields,
        )
        return SpawnCase(way, name, call, requested)

    cases = [build("agent", name) for name in agents if name not in BUILT_IN]
    cases += [build("built-in agent", name) for name in BUILT_IN]
    cases += [build("own agent", name) for name in own]
    cases += [
        build("call with a model", "general-purpose", model="opus"),
        build("call with a model", "Explore", model="haiku"),
    ]
    return cases


def fork_case() -> SpawnCase:
    """Describe a copy of the session itself, for which its caller names another model."""
    model = "haiku"
    call = spawn(
        FORK,
        "Case 000: go on as a fork.",
        model=model,
    )
    return SpawnCase("fork", FORK, call, model)


def script_turns(
    cases: Sequence[SpawnCase],
    workflow: ToolCall,
) -> list[ScriptedTurn]:
    """List the main conversation's replies: all spawns, some at a time, then the workflow."""
    calls = [case.call for case in cases]
    turns = []
    for start in range(0, len(calls), AT_ONCE):
        wave = calls[start : start + AT_ONCE]
        turns.append(use(*wave))
    return [*turns, use(workflow), say("all back")]


def workflow_call() -> ToolCall:
    """Return a workflow whose agents are decided by their prompts alone."""
    return ToolCall("Workflow", {"script": WORKFLOW})


def command_prompts(commands: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Command name -> what a person types."""
    return {name: f"/{name} the third item" for name in sorted(commands)}
