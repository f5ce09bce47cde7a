"""The session in which Codex spawns one agent, played by a program that calls as Codex does."""

from __future__ import annotations

import sys
from pathlib import Path

from tierwise.verify.tools.codex import ANY_ROLE, MAIN_MODEL, spawn_agent
from tierwise.verify.tools.session import Stage, write_task
from tierwise.verify.wires.wire import Route

CLIENT = """#!{python}
import json, pathlib, sys, urllib.request

model = sys.argv[sys.argv.index("--model") + 1]
settings = pathlib.Path.home().joinpath(".codex", "config.toml").read_text()
address = settings.partition('base_url = "')[2].partition('"')[0]

def ask(model, effort, *items):
    body = {{"model": model, "reasoning": {{"effort": effort}}, "input": list(items),
        "tools": [{{"name": "exec_command"}}]}}
    request = urllib.request.Request(address + "/responses", json.dumps(body).encode())
    return urllib.request.urlopen(request).read().decode()

assert '"name": "spawn_agent"' in ask(model, "medium")
ask("spawned", "high", {{"type": "message", "content": {task!r}}})
ask(model, "medium", {{"type": "function_call_output", "output": "agent_id: 1"}})
"""


def test_the_model_of_the_main_session_is_named_in_the_call(tmp_path: Path) -> None:
    client = tmp_path / "codex"
    client.write_text(CLIENT.format(python=sys.executable, task=write_task(ANY_ROLE)))
    client.chmod(0o755)
    stage = Stage(tmp_path, tmp_path / "home", "/usr/bin:/bin")
    session = spawn_agent(client, stage, {"agent_type": "explorer"})
    assert [sent.body["model"] for sent in session.requests] == [MAIN_MODEL, "spawned", MAIN_MODEL]
    assert session.find_route(ANY_ROLE) == Route("spawned", "high")
