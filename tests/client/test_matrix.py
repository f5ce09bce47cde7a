"""Every way to spawn x the caller's model x the agent's file, on every measured client: what reaches the wire.

The suite runs a sample, another one on each client.  The whole, more than a thousand spawns, takes some minutes::

    TIERWISE_MATRIX=whole python -m pytest -p no:xdist -s tests/client/test_matrix.py
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.checkout import shipped
from tests.support.policies import synced
from tests.support.stand_in import Loopback

from tierwise import bundle, ledger
from tierwise.verify import clients
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, ToolCall, say, spawn, use
from tierwise.verify.verdict import Assigned, ProofLine, judge_line

pytestmark = pytest.mark.client

WHOLE = os.environ.get("TIERWISE_MATRIX") == "whole"
LEAST = 340 if WHOLE else 20  # spawns of one client
EVERY = (
    1 if WHOLE else 7
)  # no divisor of how many models or agents there are: a sample has all of them
ENOUGH = 0.99
AT_ONCE = 8
LIMIT = 900 if WHOLE else 120  # seconds for one client
TEAMS = {"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": "1"}
TASKS = (
    "Write the README section on installing.",
    "Add unit tests for the date parser.",
    "Design the module boundaries of the billing service.",
)
MODELS = (None, "haiku", "sonnet", "opus")
FILES = {
    "plain": "",
    "pinned": "model: opus\neffort: max\n",
    "inherits": "model: inherit\n",
    "named": "model: haiku\n",
}
AGENTS = (*FILES, "general-purpose", "Explore")
WAYS: dict[str, dict[str, Any]] = {
    "foreground": {"run_in_background": False},
    "background": {"run_in_background": True},
    "teammate": {"name": "mate"},
}
POLICY = "extends: balanced\nagents: {named: {tier: mid, effort: low}}\n"


@dataclass(frozen=True)
class Tried:
    """One spawn.  ``prompt`` is how its request is known where no call of the Agent tool starts it."""

    way: str
    call: str
    prompt: str


@pytest.fixture
def routed(repository: Path) -> Path:
    folder = repository / ".claude" / "agents"
    folder.mkdir(parents=True)
    for name, lines in FILES.items():
        text = f"---\nname: {name}\ndescription: An agent.\n{lines}---\nYou work.\n"
        (folder / f"{name}.md").write_text(text)
    synced(repository, POLICY)
    return repository


def choose_start(version: str) -> int:
    """Where a client's sample begins: no two clients try the same spawns."""
    if WHOLE:
        return 0
    return 2 * clients.VERSIONS.index(version)


def agent_calls(start: int) -> list[tuple[str, ToolCall]]:
    """Calls of the Agent tool: way, model, agent and task, each with a prompt of its own."""
    numbers = itertools.count(1)
    chosen = itertools.product(WAYS.items(), AGENTS, MODELS, TASKS if WHOLE else TASKS[:1])
    found = []
    for (way, fields), agent, model, task in itertools.islice(chosen, start, None, EVERY):
        number = next(numbers)
        more = dict(fields) if way != "teammate" else {"name": f"mate{number}"}
        if model:
            more["model"] = model
        found.append((way, spawn(agent, f"Item {number:04d}. {task}", **more)))
    for agent in shipped("agents")[start::EVERY]:
        for model in MODELS[:2]:
            prompt = f"Item {next(numbers):04d}. Go on with the list."
            fields = {"model": model} if model else {}
            call = spawn(f"tierwise:{agent}", prompt, run_in_background=False, **fields)
            found.append(("plugin", call))
    return found


def nested_calls() -> list[tuple[ToolCall, ToolCall]]:
    """Agents that spawn another one: the outer call and the inner."""
    pairs = []
    for number in range(20 if WHOLE else 2):
        model = MODELS[number % len(MODELS)]
        fields = {"model": model} if model else {}
        task = TASKS[number % len(TASKS)]
        outer = spawn("named", f"Outer {number:03d}. Go on.", run_in_background=False)
        inner = spawn(
            AGENTS[number % len(AGENTS)],
            f"Inner {number:03d}. {task}",
            run_in_background=False,
            **fields,
        )
        pairs.append((outer, inner))
    return pairs


def workflow_calls(start: int) -> tuple[ToolCall, list[str]]:
    """One workflow, and the prompts of its agents in the order of the script."""
    lines, prompts = [], []
    options = [""]
    options += [f"{{model: '{model}', effort: 'low'}}" for model in MODELS[1:]]
    for agent, model in itertools.product(AGENTS, MODELS):
        pin = f", model: '{model}'" if model else ""
        options.append(f"{{agentType: '{agent}'{pin}}}")
    for number, option in enumerate(options[start::EVERY]):
        for task in TASKS if WHOLE else TASKS[:1]:
            prompt = f"Part {number:03d}. {task}"
            prompts.append(prompt)
            arguments = ", ".join(part for part in (f"'{prompt}'", option) if part)
            lines.append(f"  () => agent({arguments}),")
    script = "export const meta = {name: 'matrix', description: 'y'}\nreturn await parallel([\n"
    return ToolCall("Workflow", {"script": script + "\n".join(lines) + "\n])\n"}), prompts


def in_waves(calls: list[ToolCall]) -> list[ScriptedTurn]:
    waves = [calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE)]
    return [use(*wave).but(delay=0.3) for wave in waves]


def judge(way: str, row: dict[str, Any] | None, seen: Request | None, client: Client) -> ProofLine:
    assigned = None
    name = str(row["agent"]) if row else "?"
    if row is not None:
        assigned = Assigned(str(row["tier"]), row["model"], row["effort"])
    return judge_line(way, name, "", assigned, "", seen, client.version)


def test_spawns_reach_the_wire_as_decided(
    client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    start = choose_start(client.version)
    calls, pairs = agent_calls(start), nested_calls()
    workflow, prompts = workflow_calls(start)
    inner = {outer.input["prompt"]: call for outer, call in pairs}

    def answer_named(request: Request) -> ScriptedTurn | None:
        prompt = request.spawn.input["prompt"] if request.spawn else ""
        return use(inner[prompt]) if request.turn == 0 and prompt in inner else None

    api.agents["named"] = answer_named
    turns = in_waves([call for _, call in calls]) + in_waves([outer for outer, _ in pairs])
    api.main = [*turns, use(workflow), say("over")]
    answer = client.ask(
        "go", "--plugin-dir", bundle.root(), "--allowedTools", "Workflow",
        cwd=routed, home=home, url=api.url, env=TEAMS, limit=LIMIT,
    )  # fmt: skip
    assert answer.code == 0
    rows = {
        str(row["tool_use_id"]): dict(row)
        for row in ledger.read(str(routed))
        if row["row"] == "decision"
    }
    first = {one.spawn.id: one for one in reversed(api.requests) if one.spawn}
    tried = [*calls, *(("nested", call) for pair in pairs for call in pair)]
    lines = [judge(way, rows.get(call.id), first.get(call.id), client) for way, call in tried]
    for number, prompt in enumerate(prompts, 1):
        seen = next((one for one in api.requests if one.is_subagent and prompt in one.text), None)
        lines.append(judge("workflow", rows.get(f"{workflow.id}#{number}"), seen, client))

    counts = Counter((line.way, line.verdict) for line in lines)
    print(f"\nClaude Code {client.version}: {len(lines)} spawns, {dict(sorted(counts.items()))}")
    differing = [line for line in lines if line.verdict == "differs"]
    assert len(lines) >= LEAST
    assert len(differing) <= len(lines) * (1 - ENOUGH), differing
