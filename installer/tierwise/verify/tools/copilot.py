"""Copilot CLI against a stand-in Chat Completions API that lets it spawn agents."""

from __future__ import annotations

from pathlib import Path

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

_MAIN_MODEL = "gpt-5.5"


class Copilot(Tool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "copilot"
    program = "copilot"

    def spawn_roles(self, client: Path, stage: Stage, roles: Roles) -> SpawnSession:
        """Spawn roles at once, with a provider of one's own: no login is needed."""
        session = SpawnSession(CHAT, {role: _call_role(role) for role in roles})
        command = [str(client), "--allow-all-tools", "--no-auto-update", "-p", PROMPT]
        with serve_answers(session.answer) as port:
            variables = {
                "COPILOT_OFFLINE": "true",
                "COPILOT_PROVIDER_TYPE": "openai",
                "COPILOT_PROVIDER_BASE_URL": f"http://127.0.0.1:{port}/v1",
                "COPILOT_PROVIDER_API_KEY": KEY,
                "COPILOT_MODEL": _MAIN_MODEL,
            }
            run_session(command, stage, variables)
        return session


def _call_role(role: str) -> ToolUse:
    call = {"description": "look", "prompt": write_task(role), "agent_type": role, "name": role}
    return ToolUse("task", call)
