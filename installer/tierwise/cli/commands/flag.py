"""``tierwise flag``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.cli.options import Named, json_option
from tierwise.cli.show import (
    print_error_line,
    print_json,
    print_line,
)
from tierwise.domain.kinds import KINDS
from tierwise.errors import TierwiseError
from tierwise.report.flags import (
    FLAGS,
    FlagTarget,
    last_target,
    named_target,
)
from tierwise.transcripts.roots import find_roots, find_transcripts


@click.command(name="flag")
@click.argument("task", metavar="last|SESSION|SESSION/ID|RUN", type=Named("task"))
@click.argument("judgement", type=click.Choice([*FLAGS]))
@click.option(
    "--note", default="", metavar="TEXT", help="Why, in your own words; kept in the local ledger."
)
@click.option(
    "--kind",
    type=click.Choice([*KINDS]),
    metavar="KIND",
    help="The kind of work that it was; `tierwise learn --words` learns from it.",
)
@json_option
def command(
    task: str,
    judgement: str,
    note: str,
    kind: str | None,
    as_json: bool,
) -> None:
    """Record a judgement on a finished task.

    `cheaper`: a cheaper tier would have done.  `needed-frontier`: the top tier was needed.  `wrong`: the result was
    wrong.  ID is a subagent's id or that of the Agent call that started it; `last` is the task recorded last.  A
    second judgement on the same task replaces the first.
    """
    root = repo.require_root()
    rows = list(ledger.read(root))
    if task == "last":
        target = last_target(rows) or _newest_session(root)
    else:
        target = named_target(task, rows)
    if target is None:
        raise TierwiseError(
            "no task is recorded here yet",
            place="last",
            remedy="Name one: SESSION or SESSION/ID, as in `tierwise audit`.",
        )
    row: dict[str, object] = {
        "row": "flag",
        "flag": judgement,
        **target.as_row(),
        "note": note,
    }
    if kind:
        row["right_kind"] = kind
    ledger.append(root, row)
    if not _is_known(target, rows):
        print_error_line(
            f"tierwise: {task}: no ledger or transcript here names it; flagged all the same"
        )
    if as_json:
        print_json({"schema_version": 1, **row})
    else:
        print_line(f"flagged {target.words()} as {judgement}")


def _is_known(
    target: FlagTarget,
    rows: list[dict[str, Any]],
) -> bool:
    """Return whether anything tells of the task, or else of its session."""
    told = [row for row in rows if row.get("session_id") == target.session]
    if target.run or any(row.get("row") != "flag" for row in told):
        return True
    names = [os.path.basename(file.path) for file in find_transcripts(find_roots())]
    return f"{target.session}.jsonl" in names


def _newest_session(root: str) -> FlagTarget | None:
    """Return the session whose transcript of this repository was written last, where the ledger knows none."""
    slug = re.sub(r"[^A-Za-z0-9]", "-", root)
    sessions = [file for file in find_transcripts(find_roots()) if not file.is_agent]
    mine = [file for file in sessions if Path(file.path).parent.name == slug]
    if not mine:
        return None
    newest = max(mine, key=lambda file: file.mtime)
    name = os.path.basename(newest.path)
    return FlagTarget(session=name.removesuffix(".jsonl"))
