"""Copilot CLI against a stand-in Chat Completions API that lets it spawn agents."""

from __future__ import annotations

from pathlib import Path

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

_MAIN_MODEL = "gpt-5.5"


class Copilot(SpawningTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "copilot"
    program = "copilot"
    wire = CHAT

    def call_role(self, role: str) -> ToolCall:
        """Return a call without a model: the role's file has it."""
        call = {
            "description": "look",
            "prompt": write_task(role),
            "agent_type": role,
            "name": role,
        }
        return ToolCall("task", call)

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles at once; with a provider of one's own no login is needed."""
        command = [
            str(client),
            "--allow-all-tools",
            "--no-auto-update",
            "-p",
            PROMPT,
        ]
        variables = {
            "COPILOT_OFFLINE": "true",
            "COPILOT_PROVIDER_TYPE": "openai",
            "COPILOT_PROVIDER_BASE_URL": f"http://127.0.0.1:{port}/v1",
            "COPILOT_PROVIDER_API_KEY": KEY,
            "COPILOT_MODEL": _MAIN_MODEL,
        }
        run_session(command, stage, variables)
