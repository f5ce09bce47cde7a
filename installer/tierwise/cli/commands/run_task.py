"""``tierwise run``: a task on the cheapest tier whose result passes the gates."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from tierwise import repo
from tierwise.cascade import records
from tierwise.cascade.flow import carry_out
from tierwise.cascade.plan import RunRequest
from tierwise.cascade.records import RunRecord
from tierwise.cascade.signals import stop_on_signals
from tierwise.ci.holding import load_spend
from tierwise.ci.spend import describe_spend, read_limits
from tierwise.ci.summary import append_summary, find_summary
from tierwise.cli.options import (
    FILE,
    INPUT_STREAM,
    Amount,
    json_option,
    require_task,
)
from tierwise.cli.run_display import (
    make_follower,
    outline_run,
    summarise_run,
)
from tierwise.domain.kinds import is_ci
from tierwise.errors import (
    NEEDS_PERSON,
    OK,
    OUTSIDE,
    STOPPED,
    USAGE,
    TierwiseError,
)
from tierwise.report.sources import read_table

_EXIT = {
    "accepted": OK,
    "automated": OK,
    "planned": OK,
    "top-tier-failed": NEEDS_PERSON,
    "budget-spent": NEEDS_PERSON,
    "unknown-cost": NEEDS_PERSON,
    "gate-cannot-run": NEEDS_PERSON,
    "ask-a-person": NEEDS_PERSON,
    "unverified": NEEDS_PERSON,
    "unavailable": OUTSIDE,
    "failed": OUTSIDE,
    "delivery-failed": OUTSIDE,
    "interrupted": STOPPED,
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
    "--plan",
    is_flag=True,
    help="The top tier writes a plan and an acceptance test first; the cheap one works against them.",
)
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    type=FILE,
    help="A file that the task is about; repeatable.",
)
@click.option(
    "--context",
    "contexts",
    multiple=True,
    metavar="FILE",
    type=INPUT_STREAM,
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
@json_option
def command(
    task: str,
    as_json: bool,
    **options: Any,
) -> int:
    """Do TASK on the cheapest tier whose result passes the gates.

    Attempts work in a copy of your repository; your files stay as they are until a result has passed. It then
    arrives as a branch, or with --apply as uncommitted changes.

    Exit codes: 0 accepted; 2 bad call; 3 no result passed, or the budget is spent: a person is needed;
    4 the model could not be reached, or git or the disk failed; 130 stopped by you. --json prints a record in every case.
    """
    stop_on_signals()
    try:
        record = _carry_out(task, options)
    except TierwiseError as error:
        if as_json:
            click.echo(json.dumps(_error_record(task, error), indent=1))
        raise
    _note_in_job(record)
    text = _describe(record)
    if as_json:
        text = json.dumps(record, indent=1)
    click.echo(text)
    return _EXIT[record["stop"]]


def _carry_out(task: str, options: dict[str, Any]) -> RunRecord:
    require_task(task, "run")
    texts = tuple(_read(name) for name in options.pop("contexts"))
    return carry_out(
        RunRequest(task=task, contexts=texts, **options),
        make_follower(),
    )


def _note_in_job(record: RunRecord) -> None:
    """Append what the run cost to the job's summary, where it is in a pipeline that has one."""
    to = find_summary(None)
    if to is None or not is_ci(os.environ) or record["stop"] == "planned":
        return
    root = repo.require_root()
    limits, spend = read_limits(read_table(root)), load_spend(root, os.environ)
    lines = outline_run(record)
    if limits.are_set:
        lines += ["", describe_spend(limits, spend)]
    append_summary(to, lines)


def _error_record(task: str, error: TierwiseError) -> RunRecord:
    """Return the record of a run that was refused, or that something outside stopped before it began."""
    record = records.blank("", task)
    record["stop"] = "failed"
    if error.exit_code == USAGE:
        record["stop"] = "refused"
    record["detail"] = error.message
    record["error"] = {
        "message": error.message,
        "place": error.place,
        "remedy": error.remedy,
    }
    return record


def _describe(record: RunRecord) -> str:
    if record["stop"] in ("automated", "planned"):
        return record["detail"]
    answer = record["answer"]
    summary = summarise_run(record)
    if not answer:
        return summary
    return f"{answer}\n{summary}"


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    text = Path(name).read_text(
        encoding="utf-8",
        errors="replace",
    )
    if "\0" in text:
        raise TierwiseError(
            "is no text",
            place=name,
            remedy="Name a text file after --context.",
        )
    return text
