"""What a tool is for `tierwise verify`: a client that can be made to spawn roles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tierwise.policy.on_target import ServedTier
from tierwise.verify.tools.session import SpawnSession, Stage

Roles = Mapping[str, ServedTier]
"""Role -> the model and effort that the policy gives it in the tool."""
MANY = 1_000
"""Roles a session, for a client that spawns one after the other."""


class Tool(Protocol):
    """One tool.  ``target`` is its name in the policy, ``program`` the command that starts it."""

    @property
    def target(self) -> str: ...
    @property
    def program(self) -> str: ...
    @property
    def roles_a_session(self) -> int: ...

    def spell_effort(self, served: ServedTier) -> str | None:
        """The effort as it should stand on the wire; None where the tool or the policy leaves it to the client."""
        ...

    def spawn_roles(self, client: Path, stage: Stage, roles: Roles) -> SpawnSession:
        """Run the client once and have it spawn these roles, each with the task that ``write_task`` writes for it.

        Without roles it is a session that hears one word.
        """
        ...


def group_models(main: str, roles: Roles) -> dict[str, list[str]]:
    """The models that a session needs, by their provider: `provider/id` is how the tools name one."""
    found: dict[str, list[str]] = {}
    for reference in dict.fromkeys([main, *(served.model for served in roles.values())]):
        provider, _slash, model = reference.partition("/")
        found.setdefault(provider, []).append(model)
    return found
