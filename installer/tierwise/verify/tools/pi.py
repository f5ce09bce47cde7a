"""Pi with the subagent extension of its own package, against a stand-in Messages API that lets it spawn agents."""

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

_PROVIDER, _MAIN_MODEL = "anthropic", "claude-sonnet-5"
_EXTENSION = Path(
    "examples",
    "extensions",
    "subagent",
    "index.ts",
)
# In the package's own models these tell that a model takes an effort, and by which names.
_ADAPTIVE = {"forceAdaptiveThinking": True}
_LEVELS = {
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}


class Pi(SpawningTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "pi"
    program = "pi"
    names_providers = True
    wire = MESSAGES

    def call_role(self, role: str) -> ToolCall:
        """It names the scope: else its extension looks among the user's roles alone."""
        call = {
            "agent": role,
            "task": write_task(role),
            "agentScope": "project",
            "confirmProjectAgents": False,
        }
        return ToolCall("subagent", call)

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles at once; each is a process of its own."""
        command = [
            str(client),
            "--extension",
            str(_find_extension(client)),
            "--approve",
            "--model",
            f"{_PROVIDER}/{_MAIN_MODEL}",
            "-p",
            PROMPT,
        ]
        _write_models(stage, roles, port)
        run_session(command, stage, {"PI_OFFLINE": "1"})


def _find_extension(client: Path) -> Path:
    """Find the subagent extension in the client's own package: Pi itself has no subagents."""
    for folder in client.resolve().parents:
        if (folder / _EXTENSION).is_file():
            return folder / _EXTENSION
    return _EXTENSION


def _write_models(
    stage: Stage,
    roles: Roles,
    port: int,
) -> None:
    models = group_models(f"{_PROVIDER}/{_MAIN_MODEL}", roles)
    providers = {name: _describe_provider(found, port) for name, found in models.items()}
    stage.write_home_json(
        ".pi/agent/models.json",
        {"providers": providers},
    )


def _describe_model(model: str) -> Body:
    return {
        "id": model,
        "reasoning": True,
        "thinkingLevelMap": _LEVELS,
        "compat": _ADAPTIVE,
    }


def _describe_provider(models: list[str], port: int) -> Body:
    return {
        "api": "anthropic-messages",
        "apiKey": KEY,
        "baseUrl": f"http://127.0.0.1:{port}",
        "models": [_describe_model(model) for model in models],
    }
