"""``tierwise run``: a task on the cheapest tier whose result passes the gates."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from tierwise.cli.options import Amount
from tierwise.errors import NEEDS_PERSON, OK, OUTSIDE, TierwiseError

INTERRUPTED = 130  # what a shell says of a program that SIGINT ended
_EXIT = {
    "accepted": OK,
    "automated": OK,
    "planned": OK,
    "top-tier-failed": NEEDS_PERSON,
    "budget-spent": NEEDS_PERSON,
    "gate-cannot-run": NEEDS_PERSON,
    "unavailable": OUTSIDE,
    "delivery-failed": OUTSIDE,
    "interrupted": INTERRUPTED,
}


@click.command("run", short_help="Do a task on the cheapest tier that passes the gates.")
@click.argument("task")
@click.option(
    "--gate", "gates", multiple=True, metavar="NAME", help="A gate or a command; repeatable."
)
@click.option(
    "--from", "start", metavar="TIER", help="Start on this tier, whatever the router says."
)
@click.option("--to", "top", metavar="TIER", help="Climb no higher than this tier.")
@click.option("--max-usd", metavar="USD", type=Amount(), help="Hard limit for the whole run.")
@click.option(
    "--apply", "apply_result", is_flag=True, help="Put the result into your files, not on a branch."
)
@click.option(
    "--engine", type=click.Choice(["auto", "claude", "api", "openai"]), help="Who does the work."
)
@click.option(
    "--batch",
    is_flag=True,
    help="By the Message Batches API: half the price, for work that can wait.",
)
@click.option(
    "--race", is_flag=True, help="The local tier and the next at once; local wins if it passes."
)
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="A file that the task is about; repeatable.",
)
@click.option(
    "--context",
    "contexts",
    multiple=True,
    metavar="FILE",
    help="Text to send along; - is standard input.",
)
@click.option(
    "--kind", metavar="KIND", help="The kind of work, if the router would read it otherwise."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say which tiers, gates and limits would be used; spend nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the run's record as JSON.")
def command(task: str, as_json: bool, **options: Any) -> int:
    """Do TASK on the cheapest tier whose result passes the gates.

    Attempts work in a git worktree of their own; your files stay as they are until a result has passed. It then
    arrives as a branch, or with --apply as uncommitted changes.

    Exit codes: 0 accepted; 2 bad call; 3 no result passed, or the budget is spent: a person is needed;
    4 the model could not be reached; 130 stopped by you.
    """
    from tierwise.cli.run_display import summary
    from tierwise.cli.run_flow import carry_out
    from tierwise.cli.run_plan import Request
    from tierwise.cli.run_signals import stop_on_sigterm

    if not task.strip():
        raise TierwiseError(
            "the task is empty", place="tierwise run", remedy='Say it: tierwise run "…".'
        )
    stop_on_sigterm()
    texts = tuple(_read(name) for name in options.pop("contexts"))
    record = carry_out(Request(task=task, contexts=texts, **options))
    if as_json:
        click.echo(json.dumps(record, indent=1))
    else:
        if record.get("answer"):
            click.echo(record["answer"])
        click.echo(
            summary(record) if record["stop"] not in ("automated", "planned") else record["detail"]
        )
    return _EXIT[record["stop"]]


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    if not os.path.isfile(name):
        cause = "is a folder" if os.path.isdir(name) else "there is no such file"
        raise TierwiseError(cause, place=name, remedy="Check the path after --context.")
    with open(name, encoding="utf-8", errors="replace") as handle:
        return handle.read()
