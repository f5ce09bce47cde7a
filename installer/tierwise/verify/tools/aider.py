"""Aider against a stand-in for its providers: an architect plans, an editor writes, a weak model names the commit."""

from __future__ import annotations

from pathlib import Path

from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier
from tierwise.targets.aider import serve_models
from tierwise.targets.request_body import spell_effort
from tierwise.verify.tools.session import (
    KEY,
    PROMPT,
    Stage,
    run_session,
    serve_answers,
)
from tierwise.verify.tools.tool import ProvenTool, Roles, group_models
from tierwise.verify.tools.turns_session import TurnsSession
from tierwise.verify.wires.any_wire import ANY_WIRE

_MAIN_MODEL = "anthropic/claude-sonnet-5"
_FILE = "written-by-the-editor.txt"
_PLAN = "The plan is to write one line."
_EDIT = f"{_FILE}\n```\n<<<<<<< SEARCH\n=======\ndone\n>>>>>>> REPLACE\n```\n"
_MESSAGE = "feat: one line"
_OPTIONS = (
    "--no-check-update",
    "--no-show-model-warnings",
    "--no-show-release-notes",
    "--analytics-disable",
    "--no-gitignore",
    "--yes-always",
)


class Aider(ProvenTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "aider"
    program = "aider"
    names_providers = True
    kind = "model"
    written = "settings"

    def list_roles(self, policy: Policy) -> Roles:
        """List its three models."""
        return serve_models(policy)

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return the policy's own word, for the providers that its settings know."""
        if not spell_effort(served):
            return None
        return served.effort

    def spawn_roles(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
    ) -> TurnsSession:
        """Send one message, which all three models have a part in."""
        replies = (_PLAN, _EDIT, _MESSAGE)
        turns = dict(zip(roles, replies, strict=False))
        command = [str(client), *_OPTIONS, "--message", PROMPT]
        if not roles:
            turns = {"": _PLAN}
            command += [
                "--architect",
                "--model",
                _MAIN_MODEL,
                "--editor-model",
                _MAIN_MODEL,
            ]
        session = TurnsSession(ANY_WIRE, turns)
        with serve_answers(session.answer) as port:
            variables = _list_variables(roles, port)
            run_session(command, stage, variables)
        return session


def _list_variables(roles: Roles, port: int) -> dict[str, str]:
    """List the address and a key for each provider; without a network its price list is that of the release."""
    variables = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    for provider in group_models(_MAIN_MODEL, roles):
        name = provider.upper().replace("-", "_")
        variables[f"{name}_API_KEY"] = KEY
        variables[f"{name}_API_BASE"] = _write_address(
            provider,
            port,
        )
    return variables


def _write_address(provider: str, port: int) -> str:
    address = f"http://127.0.0.1:{port}"
    if provider == "anthropic":
        return address
    return f"{address}/v1"
