"""``tierwise session``."""

from __future__ import annotations

import os
from typing import Any

import click

from tierwise import local_state, repo
from tierwise.claude_hooks.turns.conversation import (
    FOLDER,
    Memory,
    load_memory,
)
from tierwise.cli.options import json_option
from tierwise.cli.show import print_json, print_line
from tierwise.domain import table
from tierwise.errors import TierwiseError
from tierwise.session.rules import read_rules

SESSION_VARIABLE = "CLAUDE_CODE_SESSION_ID"
BY_PERSON = "paused by the person"


@click.command(name="session")
@click.argument("action", type=click.Choice(["show", "pin", "pause", "resume"]), default="show")
@click.argument("tier", required=False)
@click.option("--session", "session_id", metavar="ID", help="The newest one if absent.")
@json_option
def command(
    action: str,
    tier: str | None,
    session_id: str | None,
    as_json: bool,
) -> None:
    """Show how a conversation is routed; pin it to a tier, pause its routing, or resume it.

    `resume` takes a pin away, too, and a pause that a model chosen with /model has set.
    """
    root = repo.require_root()
    memory = load_memory(
        root,
        session_id or _find_session(root),
    )
    if action == "pin":
        memory.pinned = _require_tier(root, tier)
    elif action == "pause":
        memory.paused = BY_PERSON
    elif action == "resume":
        memory.paused = memory.pinned = ""
    if action != "show":
        memory.save(root)
    if as_json:
        print_json(_describe(memory))
        return
    for name, value in _describe(memory).items():
        if value == "":
            value = "-"
        print_line(f"{name.replace('_', ' ')}: {value}")


def _find_session(root: str) -> str:
    named = os.environ.get(SESSION_VARIABLE)
    if named:
        return named
    try:
        with local_state.Folder(root, FOLDER) as folder:
            names = sorted(
                folder.names(),
                key=lambda name: folder.stat(name).st_mtime,
            )
    except OSError:
        names = []
    if not names:
        raise TierwiseError(
            "no conversation has been routed here yet",
            place=local_state.path(root, FOLDER),
            remedy="Set `session: {routing: shadow}` and install the plugin.",
        )
    return names[-1].removesuffix(".json")


def _require_tier(root: str, tier: str | None) -> str:
    rules = read_rules(table.load(root) or table.load_default())
    if tier not in rules.ladder:
        names = ", ".join(rules.ladder)
        raise TierwiseError(
            f"{tier or 'nothing'} is not a tier", place="pin", remedy=f"Name one of {names}."
        )
    return tier


def _describe(memory: Memory) -> dict[str, Any]:
    return {
        "session": memory.session_id,
        "tier": memory.turn.get("tier", memory.base),
        "reason": memory.turn.get("reason", memory.reason),
        "pinned": memory.pinned,
        "paused": memory.paused,
        "context_tokens": memory.context_tokens,
    }
