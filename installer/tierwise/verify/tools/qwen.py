"""Qwen Code against a stand-in Chat Completions API that lets it spawn agents."""

from __future__ import annotations

from pathlib import Path

from tierwise.policy.on_target import ServedTier
from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    Stage,
    run_session,
    write_task,
)
from tierwise.verify.tools.tool import Roles, SpawningTool
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.chat import CHAT

_MAIN_MODEL = "main-model"
_SETTINGS = {
    "security": {"auth": {"selectedType": "openai"}},
    "general": {"enableAutoUpdate": False},
    "privacy": {"usageStatisticsEnabled": False},
}


class Qwen(SpawningTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "qwen"
    program = "qwen"
    wire = CHAT

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return None: a role has no effort of its own."""
        return None

    def call_role(self, role: str) -> ToolCall:
        """Return a call without a model: the role's file has it."""
        call = {
            "description": "look",
            "prompt": write_task(role),
            "subagent_type": role,
        }
        return ToolCall("agent", call)

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles at once."""
        stage.write_home_json(".qwen/settings.json", _SETTINGS)
        command = [
            str(client),
            "--approval-mode",
            "yolo",
            "-p",
            PROMPT,
        ]
        variables = {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
            "OPENAI_MODEL": _MAIN_MODEL,
        }
        run_session(command, stage, variables)
