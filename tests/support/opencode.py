"""The real OpenCode client against a stand-in Messages API that lets it spawn one agent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from tierwise.verify.tool_session import KEY, Body, Stage, run_session, serve_events

TASK = "SPAWNED-TASK: look around"
MAIN_MODEL = "claude-sonnet-5"
_TITLE_LENGTH = 200  # characters of a system prompt in which it says that it wants a title


def spawn_role(client: Path, stage: Stage, role: str) -> tuple[str, str] | None:
    """Model and effort in the request of a spawned role; OpenCode's caller cannot name a model."""
    session = OpenCodeSession(role)
    with serve_events(session.answer) as port:
        _write_settings(stage, port)
        variables = {
            "ANTHROPIC_API_KEY": KEY,
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
            "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
        }
        run_session([str(client), "run", "Spawn an agent."], stage, variables)
    return session.find_spawned()


@dataclass
class OpenCodeSession:
    """Answers the main session with a spawn of ``role``, everything else with a word."""

    role: str
    requests: list[Body] = field(default_factory=list)

    def answer(self, body: Body) -> list[Body]:
        """What the API says to a request."""
        self.requests.append(body)
        can_spawn = any(tool["name"] == "task" for tool in body.get("tools", []))
        if can_spawn and "tool_result" not in json.dumps(body["messages"]):
            call = {"description": "look", "prompt": TASK, "subagent_type": self.role}
            return _list_events({"type": "tool_use", "id": "toolu_1", "name": "task"}, call)
        return _list_events({"type": "text", "text": ""}, "done")

    def find_spawned(self) -> tuple[str, str] | None:
        """Model and effort of the spawned agent's request; None where there is none."""
        for body in self.requests:
            system = json.dumps(body.get("system", ""))[:_TITLE_LENGTH].lower()
            if TASK in json.dumps(body["messages"][0]) and "title" not in system:
                options = body.get("output_config") or {}
                return str(body["model"]), str(options.get("effort") or "")
        return None


def _write_settings(stage: Stage, port: int) -> None:
    model = f"anthropic/{MAIN_MODEL}"
    options = {"apiKey": KEY, "baseURL": f"http://127.0.0.1:{port}/v1"}
    settings = {
        "model": model,
        "small_model": model,
        "autoupdate": False,
        "share": "disabled",
        "provider": {"anthropic": {"options": options}},
    }
    folder = stage.home / ".config" / "opencode"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opencode.json").write_text(json.dumps(settings), encoding="utf-8")


def _list_events(block: Body, content: object) -> list[Body]:
    """The stream of one content block: a call with its input, or a text."""
    usage = {"input_tokens": 5, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "usage": usage}
    is_call = block["type"] == "tool_use"
    if is_call:
        reason, begun = "tool_use", {**block, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(content)}
    else:
        reason, begun = "end_turn", block
        delta = {"type": "text_delta", "text": str(content)}
    return [
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": begun},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage},
        {"type": "message_stop"},
    ]
