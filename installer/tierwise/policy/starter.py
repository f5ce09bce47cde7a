"""The policy that ``tierwise install`` writes where there is none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from tierwise import bundle

REVIEW_DAYS = 91  # quarterly: seed "a practical guide to model routing"


def starter_policy(preset: str, today: datetime.date, automated: Mapping[str, str] | None = None) -> bytes:
    """The starter policy that extends ``preset``, to be reviewed in a quarter.

    ``automated`` are commands that were found in the project: kind of automated work -> command.
    """
    text = bundle.read_text("templates", "tierwise.yaml")
    text = text.replace("@PRESET@", preset).replace("@REVIEW@", str(today + datetime.timedelta(days=REVIEW_DAYS)))
    return text.replace("@AUTOMATED@", _automated(automated or {})).encode()


def _automated(commands: Mapping[str, str]) -> str:
    if not commands:
        return "# automated:\n#   lint: ruff check .\n#   unit-tests: pytest -q"
    width = max(map(len, commands)) + 1
    lines = [f"  {kind + ':':<{width}} {_quoted(command)}" for kind, command in commands.items()]
    return "\n".join(["automated:", *lines])


def _quoted(command: str) -> str:
    """A command as a YAML value: plain where that is safe, else in single quotes."""
    plain = (
        command[:1].isalnum() and not any(mark in command for mark in (": ", " #", "\n")) and command == command.strip()
    )
    return command if plain and not command.endswith(":") else "'" + command.replace("'", "''") + "'"
