"""The other tools that can be proven here, each by a session of its real client in which one role is spawned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tierwise.verify.codex import Codex
from tierwise.verify.tool_session import Stage


class Tool(Protocol):
    """One tool.  ``target`` is its name in the policy, ``program`` the command that starts it."""

    @property
    def target(self) -> str: ...
    @property
    def program(self) -> str: ...

    def spawn_role(self, client: Path, stage: Stage, role: str) -> tuple[str, str] | None:
        """The model and effort in the request of the spawned role (empty: none named); None where none arrived."""
        ...


_ALL: tuple[Tool, ...] = (Codex(),)
TOOLS: Mapping[str, Tool] = {tool.target: tool for tool in _ALL}
