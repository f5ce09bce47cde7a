"""Codex against a stand-in Responses API that lets it spawn agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    SpawnSession,
    Stage,
    run_session,
    serve_answers,
    write_task,
)
from tierwise.verify.tools.tool import ProvenTool, Roles
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.responses import Responses
from tierwise.verify.wires.wire import Sent

MAIN_MODEL = "gpt-6-luna"
NAMESPACE = "collaboration"
ANY_ROLE = "any"
MOST_AT_ONCE = 3
"""Agents that a session may have at the same time; Codex 0.171.0 refuses another: `agent thread limit reached`."""
_SETTINGS = """model = "{model}"
model_provider = "loop"
[model_providers.loop]
name = "loop"
base_url = "http://127.0.0.1:{port}/v1"
env_key = "DUMMY_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[projects."{project}"]
trust_level = "trusted"
"""


class Codex(ProvenTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "codex"
    program = "codex"
    roles_a_session = MOST_AT_ONCE

    def spawn_roles(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
    ) -> SpawnSession:
        """Spawn roles that their caller names no model for, and that see nothing of each other's tasks."""
        calls = {}
        for number, role in enumerate(roles):
            calls[role] = {
                "agent_type": role,
                "task_name": f"look{number}",
                "fork_turns": "none",
            }
        return spawn_agents(client, stage, calls)


def spawn_agent(
    client: Path,
    stage: Stage,
    call: Mapping[str, Any],
    *,
    model: str = MAIN_MODEL,
    namespace: str = NAMESPACE,
    is_recorded: Callable[[], bool] = lambda: True,
) -> SpawnSession:
    """Run one headless session on ``model`` whose first step is a spawn with ``call``; nothing of the user's is read."""
    calls = {ANY_ROLE: call}
    return spawn_agents(
        client, stage, calls, model=model, namespace=namespace, is_recorded=is_recorded
    )


def spawn_agents(
    client: Path,
    stage: Stage,
    calls: Mapping[str, Mapping[str, Any]],
    *,
    model: str = MAIN_MODEL,
    namespace: str = NAMESPACE,
    is_recorded: Callable[[], bool] = lambda: True,
) -> SpawnSession:
    """Do so with up to MOST_AT_ONCE calls, each by the name in its task; agents that are told apart share no history."""
    spawns = {name: _call_role(name, call) for name, call in calls.items()}
    session = SpawnSession(
        Responses(namespace),
        spawns,
        _is_of_main,
        is_recorded,
    )
    return _run(client, stage, session, model)


def _call_role(role: str, call: Mapping[str, Any]) -> ToolCall:
    return ToolCall(
        "spawn_agent",
        {"message": write_task(role), **call},
    )


def _run(
    client: Path,
    stage: Stage,
    session: SpawnSession,
    model: str,
) -> SpawnSession:
    # Named in the call, too: the project's own settings may start a session on another model.
    options = [
        "--json",
        "--dangerously-bypass-hook-trust",
        "--model",
        model,
    ]
    command = [str(client), "exec", *options, PROMPT]
    with serve_answers(session.answer) as port:
        settings = _SETTINGS.format(
            model=model,
            port=port,
            project=stage.project,
        )
        stage.write_home_file(".codex/config.toml", settings)
        run_session(command, stage, {"DUMMY_KEY": KEY})
    return session


def _is_of_main(sent: Sent) -> bool:
    """Tell whether a request tells what came of the spawn; in a copied history its call was aborted."""
    for item in sent.body["input"]:
        if item.get("type") != "function_call_output":
            continue
        text = str(item)
        if "agent_id" in text or "task_name" in text:
            return True
    return False
