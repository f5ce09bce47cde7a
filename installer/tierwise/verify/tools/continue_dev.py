"""Continue's CLI against a stand-in for its providers: a session for each model of its settings."""

from __future__ import annotations

import re
from pathlib import Path

from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier
from tierwise.targets.continue_dev import (
    PATH,
    serve_tiers,
    spell_field,
)
from tierwise.verify.tools.session import (
    DONE,
    KEY,
    PROMPT,
    Stage,
    run_session,
    serve_answers,
)
from tierwise.verify.tools.tool import ProvenTool, Roles
from tierwise.verify.tools.turns_session import TurnsSession
from tierwise.verify.wires.any_wire import ANY_WIRE

_SETTINGS = ".continue/config.yaml"
_MAIN = """name: bare
version: 1.0.0
schema: v1
models:
  - name: main
    provider: anthropic
    model: claude-sonnet-5
    apiKey: dummy
"""
_PROVIDER_LINE = re.compile(r"^    provider: .*$", re.MULTILINE)
_SECRET = re.compile(r"\$\{\{ secrets\.\w+ \}\}")


class Continue(ProvenTool):
    """The tool, as :mod:`tierwise.verify.tools.registry` lists it."""

    target = "continue"
    program = "cn"
    names_providers = True
    roles_a_session = 1  # a person picks the model of a session
    kind = "model"
    written = "settings"

    def list_roles(self, policy: Policy) -> Roles:
        """List a model for each tier."""
        return serve_tiers(policy)

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return the policy's own word, for the providers that take it as a field of the request."""
        if not spell_field(served):
            return None
        return served.effort

    def spawn_roles(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
    ) -> TurnsSession:
        """Send one prompt to the model of a tier, which the client remembers as the one that was picked."""
        name = next(iter(roles), "main")
        session = TurnsSession(ANY_WIRE, {name: DONE.text})
        path = stage.home / _SETTINGS
        command = [
            str(client),
            "--config",
            str(path),
            "--auto",
            "-p",
            PROMPT,
        ]
        picked = {"cliSelectedModel": name}
        stage.write_home_json(
            ".continue/index/globalContext.json",
            picked,
        )
        with serve_answers(session.answer) as port:
            stage.write_home_file(
                _SETTINGS,
                _read_settings(stage, port),
            )
            run_session(
                command,
                stage,
                {"CONTINUE_TELEMETRY_ENABLED": "0"},
            )
        return session


def _read_settings(stage: Stage, port: int) -> str:
    """Read the generated models with the stand-in's address and a key in each: the file has neither."""
    path = stage.project / PATH
    text = _MAIN
    if path.is_file():
        text = path.read_text(encoding="utf-8")
    text = _SECRET.sub(KEY, text)
    address = f"    apiBase: http://127.0.0.1:{port}/v1/"
    return _PROVIDER_LINE.sub(rf"\g<0>\n{address}", text)
