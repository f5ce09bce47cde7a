"""Cline's CLI against a stand-in for its providers that lets it spawn agents."""

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
from tierwise.verify.tools.tool import (
    Roles,
    SpawningTool,
    group_models,
)
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.any_wire import ANY_WIRE
from tierwise.verify.wires.wire import Body

_PROVIDER, _MAIN_MODEL = "anthropic", "claude-sonnet-5"
_SETTINGS = ".cline/data/settings/providers.json"
_DATE = "2026-01-01T00:00:00.000Z"
# Otherwise it starts a daemon at a fixed port, or uses the one that the user's own sessions use.
_NO_DAEMON = {"CLINE_SESSION_BACKEND_MODE": "local"}


class Cline(SpawningTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "cline"
    program = "cline"
    names_providers = True
    wire = ANY_WIRE

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return None: a role has no effort of its own."""
        return None

    def call_role(self, role: str) -> ToolCall:
        """Call a role, which is a tool of its own."""
        name = role.replace("-", "_")
        return ToolCall(
            f"subagent_{name}",
            {"prompt": write_task(role)},
        )

    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """It spawns roles at once."""
        command = [
            str(client),
            "--json",
            "-P",
            _PROVIDER,
            "-m",
            _MAIN_MODEL,
            PROMPT,
        ]
        _write_providers(stage, roles, port)
        run_session(command, stage, _NO_DAEMON)


def _write_providers(
    stage: Stage,
    roles: Roles,
    port: int,
) -> None:
    models = group_models(f"{_PROVIDER}/{_MAIN_MODEL}", roles)
    providers = {}
    for name, found in models.items():
        providers[name] = _describe_provider(
            name,
            found[0],
            port,
        )
    settings = {
        "version": 1,
        "lastUsedProvider": _PROVIDER,
        "modes": {},
        "providers": providers,
    }
    stage.write_home_json(_SETTINGS, settings)


def _describe_provider(
    name: str,
    model: str,
    port: int,
) -> Body:
    settings = {
        "provider": name,
        "apiKey": KEY,
        "model": model,
        "baseUrl": f"http://127.0.0.1:{port}/v1",
    }
    return {
        "settings": settings,
        "updatedAt": _DATE,
        "tokenSource": "manual",
    }
