"""Gemini CLI against a stand-in Gemini API that lets it spawn agents."""

from __future__ import annotations

from pathlib import Path

from tierwise.digests import hash_sha256
from tierwise.policy.on_target import ServedTier
from tierwise.targets.gemini import DIALECT, LEVELS
from tierwise.targets.roles import list_role_paths
from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    Stage,
    run_session,
    write_task,
)
from tierwise.verify.tools.tool import Roles, SpawningTool
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.generate import GENERATE

_MAIN_MODEL = "gemini-3-flash-preview"
_SETTINGS = {
    "security": {"auth": {"selectedType": "gemini-api-key"}},
    "general": {"enableAutoUpdate": False},
    "privacy": {"usageStatisticsEnabled": False},
}


class Gemini(SpawningTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "gemini"
    program = "gemini"
    wire = GENERATE

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return the thinking level that stands for the policy's effort."""
        if served.effort is None:
            return None
        return LEVELS[served.effort]

    def call_role(self, role: str) -> ToolCall:
        """Return a call without a model: the role's file has it."""
        return ToolCall(
            "invoke_agent",
            {"agent_name": role, "prompt": write_task(role)},
        )

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles one after the other, in a folder that is trusted and with files that are acknowledged."""
        command = [
            str(client),
            "--approval-mode",
            "yolo",
            "--model",
            _MAIN_MODEL,
            "-p",
            PROMPT,
        ]
        _acknowledge_roles(stage)
        stage.write_home_json(
            ".gemini/settings.json",
            _SETTINGS,
        )
        variables = {
            "GEMINI_API_KEY": KEY,
            "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{port}",
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
        }
        run_session(command, stage, variables)


def _acknowledge_roles(stage: Stage) -> None:
    """Say yes to each role's file, as a person does once: the client remembers its digest."""
    digests = {}
    for path in list_role_paths(DIALECT, str(stage.project)):
        data = (stage.project / path).read_bytes()
        digests[DIALECT.name_in(path, data)] = hash_sha256(data)
    known = {str(stage.project): digests}
    stage.write_home_json(
        ".gemini/acknowledgments/agents.json",
        known,
    )
