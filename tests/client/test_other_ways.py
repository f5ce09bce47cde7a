"""Ways to spawn that are no plain call: forks, and agents that are resumed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.policies import synced
from tests.support.stand_in import Loopback, tool_results
from tests.support.wire import on_wire

from tierwise import ledger
from tierwise.domain.client_facts import RESUMED_AGENT_KEEPS_ITS_MODEL, at_least
from tierwise.routing.audit import compliance, join_rows
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, ToolCall, say, spawn, use

pytestmark = pytest.mark.client

MOST_TURNS = 20
AGENT_ID = re.compile(r"agentId: (\w+)")


def test_a_fork_runs_on_its_parents_model_and_counts_as_unroutable(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\n")
    fork = spawn("fork", "Go on as a fork.", model="haiku", effort="low")
    api.main = [use(fork), say("over")]
    env = {"CLAUDE_CODE_FORK_SUBAGENT": "1"}
    client.ask("go", "--model", "opus", cwd=repository, home=home, url=api.url, env=env)
    (request,) = (one for one in api.requests if one.is_subagent)
    assert request.model == on_wire(client.version, "opus", "")[0]
    (spawned,) = join_rows(ledger.read(str(repository)))
    assert (spawned.outcome, spawned.served_model) == ("unroutable", request.model)
    assert spawned.tokens
    assert compliance([spawned]).served == 0


COMMAND_WITH_A_HOOK = """---
description: Look.
hooks:
  PreToolUse:
    - matcher: Agent|Task
      hooks: [{type: command, command: "sleep 1; cat rewritten.json"}]
---
Look for it.
"""


def test_a_hook_in_a_commands_frontmatter_overrules_ours_where_it_ends_last(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\nmode: manual\nagents: {general-purpose: light}\n")
    call = spawn("general-purpose", "Find where the port is configured.", run_in_background=False)
    output = {"hookEventName": "PreToolUse", "updatedInput": {**call.input, "model": "sonnet"}}
    (repository / "rewritten.json").write_text(json.dumps({"hookSpecificOutput": output}))
    (repository / ".claude" / "commands" / "look-for.md").write_text(COMMAND_WITH_A_HOOK)
    api.main = [use(call), say("over")]
    client.ask("/look-for", "--model", "opus", cwd=repository, home=home, url=api.url)
    assert list_models(api) == [on_wire(client.version, "sonnet", "")[0]]


def list_models(api: Loopback) -> list[str]:
    """The models that subagents asked for."""
    return [one.model for one in api.requests if one.is_subagent]


def wait_for(is_there: Callable[[], bool]) -> None:
    """Wait until something is there, for ten seconds at most."""
    end = time.monotonic() + 10
    while not is_there() and time.monotonic() < end:
        time.sleep(0.02)


def test_a_resumed_agent_is_where_this_version_leaves_it(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\nmode: manual\nagents: {general-purpose: light}\n")

    def answer(request: Request) -> ScriptedTurn | None:
        found = AGENT_ID.findall(request.text)
        if request.turn == 0:
            return use(
                spawn(
                    "general-purpose", "Find where the port is configured.", run_in_background=False
                )
            )
        send = {"to": found[-1] if found else "", "message": "Look again.", "summary": "again"}
        if request.turn == 1 and "ToolSearch" in request.tools:
            return use(ToolCall("ToolSearch", {"query": "select:SendMessage", "max_results": 1}))
        if "resumed" not in "".join(tool_results(request).values()) and request.turn < MOST_TURNS:
            # An agent that has just answered may still count as running: a message to it is queued, and never read.
            time.sleep(0.1)
            return use(ToolCall("SendMessage", send))
        # An agent that goes on in the background ends with its client: 2.1.197 is done before the agent has asked.
        wait_for(lambda: len(list_models(api)) > 1)
        return None

    api.main = answer
    client.ask("go", "--model", "opus", cwd=repository, home=home, url=api.url)
    models = list_models(api)
    light = on_wire(client.version, "haiku", "")[0]
    assert models[0] == light
    assert len(models) == 2
    kept = at_least(client.version, RESUMED_AGENT_KEEPS_ITS_MODEL)
    assert models[1] == (light if kept else on_wire(client.version, "opus", "")[0])
