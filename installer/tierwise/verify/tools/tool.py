"""What a tool is for `tierwise verify`: a client that can be made to use each model that the policy gives it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Protocol

from tierwise import bundle
from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.targets.request_body import split_model
from tierwise.verify.tools.session import (
    SpawnSession,
    Stage,
    serve_answers,
)
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.wire import Route, Wire

Roles = Mapping[str, ServedTier]
"""Role -> the model and effort that the policy gives it in the tool."""
MANY = 1_000
"""Roles a session, for a client that spawns one after the other."""


class ToolSession(Protocol):
    """A session that has ended, as its requests tell of it."""

    def find_route(self, role: str) -> Route | None:
        """Model and effort of the first request of a role; None where there is none."""
        ...

    def measure_opening(self) -> int:
        """Measure the characters of the main session's first request; 0 where none arrived."""
        ...


class ProvenTool(ABC):
    """One tool.  ``target`` is its name in the policy, ``program`` the command that starts it.

    ``kind`` is what the policy gives a model to, ``written`` where that model stands; ``names_providers`` says
    whether a model there is `provider/id`.
    """

    target: str
    program: str
    roles_a_session: ClassVar[int] = MANY
    kind: ClassVar[str] = "role"
    written: ClassVar[str] = "role file"
    names_providers: ClassVar[bool] = False

    def list_roles(self, policy: Policy) -> Roles:
        """Tell what is to be proven: the shipped roles, unless the tool has no roles."""
        found = {}
        for name in bundle.names("agents", ".md"):
            served = serve_role(policy, self.target, name)
            if served is not None:
                found[name] = served
        return found

    def spell_route(self, served: ServedTier) -> Route:
        """Model and effort as they should stand on the wire; a provider stays with the client."""
        model = served.model
        if self.names_providers:
            _, model = split_model(model)
        return Route(model, self.spell_effort(served) or "")

    def spell_effort(self, served: ServedTier) -> str | None:
        """Return the effort as it should stand on the wire; None where the tool or the policy leaves it to the client."""
        return served.effort

    @abstractmethod
    def spawn_roles(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
    ) -> ToolSession:
        """Run the client once and have it spawn these roles, each with the task that ``write_task`` writes for it.

        Without roles it is a session that hears one word.
        """


class SpawningTool(ProvenTool):
    """A tool whose main session spawns each role by one call.  ``wire`` is the API that its provider speaks."""

    wire: ClassVar[Wire]

    def spawn_roles(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
    ) -> SpawnSession:
        """Answer the main session's first request with the calls of all roles."""
        calls = {role: self.call_role(role) for role in roles}
        session = SpawnSession(self.wire, calls)
        with serve_answers(session.answer) as port:
            self.run_client(client, stage, roles, port)
        return session

    @abstractmethod
    def call_role(self, role: str) -> ToolCall:
        """Return the call that spawns a role."""

    @abstractmethod
    def run_client(
        self,
        client: Path,
        stage: Stage,
        roles: Roles,
        port: int,
    ) -> None:
        """Run the client to its end, with its provider at a port of this machine."""


def group_models(
    main: str,
    roles: Roles,
) -> dict[str, list[str]]:
    """Return the models that a session needs, by their provider: `provider/id` is how the tools name one."""
    written = [main, *(served.model for served in roles.values())]
    found: dict[str, list[str]] = {}
    for each in dict.fromkeys(written):
        provider, model = split_model(each)
        found.setdefault(provider, []).append(model)
    return found
