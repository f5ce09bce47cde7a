"""The policy that ``tierwise install`` writes where there is none."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from tierwise import bundle

_COMMIT_EXAMPLE = """\
# checks:                        # what git hooks, preflight and smoke check besides what is built in
#   commit: {preset: spec}       # spec: Conventional Commits 1.0.0; commitlint: config-conventional"""
_COMMIT_BESIDE = """\
checks:                          # what git hooks, preflight and smoke check besides what is built in
  commit:                        # what @CONFIG@ says counts: here only what no configuration of it accepts
    {preset: commitlint, types: [], header_max_length: 0, body_max_line_length: 0, footer_max_line_length: 0,
     type_case: any, scope_case: any, description_case: any, full_stop: true}"""
REVIEW_DAYS = 91  # quarterly: seed "a practical guide to model routing"


def starter_policy(
    preset: str,
    today: datetime.date,
    automated: Mapping[str, str] | None = None,
    checks: Mapping[str, Mapping[str, Any]] | None = None,
    commitlint: str = "",
) -> bytes:
    """Return the starter policy that extends ``preset``, to be reviewed in a quarter.

    ``automated`` are commands that were found in the project (kind of automated work -> command).  ``checks``
    are those that could run at commit (name -> entry of ``checks.commands``); they are written as comments, for
    nothing runs unasked.  ``commitlint`` is the file that configures it in the project: then no message is refused
    that it could accept.
    """
    text = bundle.read_text("templates", "tierwise.yaml")
    text = text.replace("@PRESET@", preset).replace(
        "@REVIEW@", str(today + datetime.timedelta(days=REVIEW_DAYS))
    )
    return (
        text.replace("@COMMIT@", _write_commit(commitlint))
        .replace("@AUTOMATED@", _write_automated(automated or {}))
        .replace("@CHECKS@", _write_checks(checks or {}))
        .encode()
    )


def _write_commit(commitlint: str) -> str:
    """Return the check of messages: an example, or what refuses nothing that the project's own commitlint could accept."""
    if not commitlint:
        return _COMMIT_EXAMPLE
    return _COMMIT_BESIDE.replace("@CONFIG@", commitlint)


def _write_automated(commands: Mapping[str, str]) -> str:
    if not commands:
        return "# automated:\n#   lint: ruff check .\n#   unit-tests: pytest -q"
    return "\n".join(
        [
            "automated:  # found in this project: work that needs no model",
            *_write_entries(commands, "  "),
        ]
    )


def _write_checks(commands: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the examples of ``checks.commands``: those of this project where some were found."""
    commands = commands or {"lint": {"run": "ruff check {files}", "files": ["*.py"]}}
    lines = [f"#     {name}: {_write_flow(entry)}" for name, entry in commands.items()]
    return "\n".join(lines)


def _write_flow(entry: Mapping[str, Any]) -> str:
    pairs = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items() if value
    ]
    return "{" + ", ".join(pairs) + "}"


def _write_entries(
    commands: Mapping[str, str],
    indent: str,
) -> list[str]:
    width = max(map(len, commands)) + 1
    return [
        f"{indent}{kind + ':':<{width}} {_quote_command(command)}"
        for kind, command in commands.items()
    ]


def _quote_command(command: str) -> str:
    """Return a command as a YAML value: plain where that is safe, else in single quotes."""
    has_mark = any(mark in command for mark in (": ", " #", "\n"))
    is_safe = not has_mark and not command.endswith(":")
    is_bare = command[:1].isalnum() and command == command.strip()
    if is_safe and is_bare:
        return command
    escaped = command.replace("'", "''")
    return f"'{escaped}'"
