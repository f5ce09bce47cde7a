"""OpenCode and its twin Kilo against a stand-in Messages API that lets them spawn agents."""

from __future__ import annotations

from pathlib import Path

from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    Stage,
    run_session,
    write_task,
)
from tierwise.verify.tools.tool import (
    Roles,
    SpawningTool,
    group_models,
)
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.messages import MESSAGES
from tierwise.verify.wires.wire import Body

_PROVIDER = "anthropic"
_MAIN_MODEL = "claude-sonnet-5"


class OpenCode(SpawningTool):
    """One of the twins, as :mod:`tierwise.verify.tools.registry` lists it."""

    names_providers = True
    wire = MESSAGES

    def __init__(self, target: str) -> None:
        self.target = target
        self.program = target

    def call_role(self, role: str) -> ToolCall:
        """Call a role, for which its caller cannot name a model."""
        call = {
            "description": "look",
            "prompt": write_task(role),
            "subagent_type": role,
        }
        return ToolCall("task", call)

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles one after the other."""
        self._write_settings(stage, roles, port)
        run_session(
            [str(client), "run", PROMPT],
            stage,
            self._list_variables(),
        )

    def _list_variables(self) -> dict[str, str]:
        prefix = self.target.upper()
        return {
            f"{prefix}_DISABLE_MODELS_FETCH": "1",
            f"{prefix}_DISABLE_DEFAULT_PLUGINS": "1",
            f"{prefix}_TELEMETRY_LEVEL": "off",
            "ANTHROPIC_API_KEY": KEY,
        }

    def _write_settings(
        self,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """Settings in which the roles' models are known: without a network the client has an old list."""
        main = f"{_PROVIDER}/{_MAIN_MODEL}"
        models = group_models(main, roles)
        providers = {name: _describe_provider(found, port) for name, found in models.items()}
        settings = {
            "model": main,
            "small_model": main,
            "autoupdate": False,
            "share": "disabled",
            "snapshot": False,  # of all files, at each step of each role: most of a session's time
            "provider": providers,
        }
        name = f".config/{self.target}/{self.target}.json"
        stage.write_home_json(name, settings)


def _describe_model(model: str) -> Body:
    return {"name": model, "reasoning": True, "tool_call": True}


def _describe_provider(models: list[str], port: int) -> Body:
    return {
        "npm": "@ai-sdk/anthropic",
        "options": {"apiKey": KEY, "baseURL": f"http://127.0.0.1:{port}/v1"},
        "models": {model: _describe_model(model) for model in models},
    }


OPENCODE = OpenCode("opencode")
KILO = OpenCode("kilo")
