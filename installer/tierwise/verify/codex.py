"""Codex against a stand-in Responses API that lets it spawn one agent."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tierwise.verify.tool_session import KEY, Body, Stage, run_session, serve_events

TASK = "Review the security of the login: SPAWNED-TASK"
MAIN_MODEL, NAMESPACE = "gpt-5.5", "multi_agent_v1"
_WAIT_SECONDS = 20
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


class Codex:
    """The tool, as :mod:`tierwise.verify.tools` lists it."""

    target: ClassVar[str] = "codex"
    program: ClassVar[str] = "codex"

    def spawn_role(self, client: Path, stage: Stage, role: str) -> tuple[str, str] | None:
        """Spawn a role that its caller names no model for."""
        session = spawn_agent(client, stage, {"agent_type": role, "task_name": "look"})
        return session.find_spawned()


@dataclass
class CodexSession:
    """Answers the first request with a spawn, all others with a word; remembers every request's body."""

    namespace: str
    call: Mapping[str, Any]
    requests: list[Body] = field(default_factory=list)
    _has_spawned: threading.Event = field(default_factory=threading.Event)

    def answer(self, body: Body) -> list[Body]:
        """What the API says to a request; the main session waits until the spawned agent has asked, too."""
        self.requests.append(body)
        if len(self.requests) == 1:
            return _list_events(self._call_spawn())
        if _is_after_spawn(body):
            self._has_spawned.wait(_WAIT_SECONDS)
        else:
            self._has_spawned.set()
        text = {"type": "output_text", "text": "done"}
        message = {"type": "message", "id": "m1", "role": "assistant", "content": [text]}
        return _list_events(message)

    def find_spawned(self) -> tuple[str, str] | None:
        """Model and effort of the first request that is not the main session's; None where there is none."""
        for body in self.requests[1:]:
            if not _is_after_spawn(body):
                reasoning = body.get("reasoning") or {}
                return str(body["model"]), str(reasoning.get("effort") or "")
        return None

    def _call_spawn(self) -> Body:
        return {
            "type": "function_call",
            "id": "fc_1",
            "call_id": f"call_{id(self)}",
            "name": "spawn_agent",
            "namespace": self.namespace,
            "arguments": json.dumps({"message": TASK, **self.call}),
        }


def spawn_agent(
    client: Path,
    stage: Stage,
    call: Mapping[str, Any],
    *,
    model: str = MAIN_MODEL,
    namespace: str = NAMESPACE,
) -> CodexSession:
    """One headless session on ``model`` whose first step is a spawn with ``call``; nothing of the user's is read."""
    session = CodexSession(namespace, call)
    folder = stage.home / ".codex"
    folder.mkdir(parents=True, exist_ok=True)
    # Named in the call, too: the project's own settings may start a session on another model.
    options = ["--json", "--dangerously-bypass-hook-trust", "--model", model]
    command = [str(client), "exec", *options, "Spawn an agent."]
    with serve_events(session.answer) as port:
        settings = _SETTINGS.format(model=model, port=port, project=stage.project)
        (folder / "config.toml").write_text(settings, encoding="utf-8")
        run_session(command, stage, {"DUMMY_KEY": KEY})
    return session


def _is_after_spawn(body: Body) -> bool:
    """Whether a request tells what came of the spawn; in a copied history its call was aborted."""
    outputs = [item for item in body["input"] if item.get("type") == "function_call_output"]
    return any("agent_id" in str(item) or "task_name" in str(item) for item in outputs)


def _list_events(item: Body) -> list[Body]:
    usage = {"input_tokens": 10, "output_tokens": 1, "total_tokens": 11}
    return [
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {"id": "r", "usage": usage}},
    ]
