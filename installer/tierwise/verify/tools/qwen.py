"""Qwen Code against a stand-in Chat Completions API that lets it spawn agents."""

from __future__ import annotations

import json
from pathlib import Path

from tierwise.policy.on_target import ServedTier
from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    SpawnSession,
    Stage,
    run_session,
    serve_answers,
    write_task,
)
from tierwise.verify.tools.tool import Roles, Tool
from tierwise.verify.turns import ToolUse
from tierwise.verify.wires.chat import CHAT

_MAIN_MODEL = "main-model"
_SETTINGS = {
    "security": {"auth": {"selectedType": "openai"}},
    "general": {"enableAutoUpdate": False},
    "privacy": {"usageStatisticsEnabled": False},
}


class Qwen(Tool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "qwen"
    program = "qwen"

    def spell_effort(self, served: ServedTier) -> str | None:
        """A role has no effort of its own."""
        return None

    def spawn_roles(self, client: Path, stage: Stage, roles: Roles) -> SpawnSession:
        """Spawn roles at once."""
        session = SpawnSession(CHAT, {role: _call_role(role) for role in roles})
        stage.write_home_file(".qwen/settings.json", json.dumps(_SETTINGS))
        command = [str(client), "--approval-mode", "yolo", "-p", PROMPT]
        with serve_answers(session.answer) as port:
            variables = {
                "OPENAI_API_KEY": KEY,
                "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
                "OPENAI_MODEL": _MAIN_MODEL,
            }
            run_session(command, stage, variables)
        return session


def _call_role(role: str) -> ToolUse:
    call = {"description": "look", "prompt": write_task(role), "subagent_type": role}
    return ToolUse("agent", call)
