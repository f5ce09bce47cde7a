"""``tierwise spend``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tierwise import repo
from tierwise.ci.client_cost import read_client_cost
from tierwise.ci.holding import (
    find_open_hold,
    hold_call,
    load_spend,
    note_before,
    settle_call,
)
from tierwise.ci.spend import (
    LEAST_USD,
    Spend,
    SpendLimits,
    SpendRefusedError,
    describe_spend,
    find_allowance,
    find_pull_request,
    read_limits,
)
from tierwise.ci.summary import (
    append_summary,
    find_summary,
    write_row,
)
from tierwise.cli.options import (
    OUTPUT_FILE,
    Amount,
    Named,
    answer_code,
    json_option,
)
from tierwise.cli.show import print_error_line, print_json
from tierwise.domain.ledger_rows import read_amount
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.files import write_atomic
from tierwise.report.sources import read_table

_BEFORE_FORM = "State dollars, or a file that `tierwise spend --save` wrote."
_SETTLE_FORM = "State dollars, or a file with what `claude -p --output-format json` printed."

_SUM = Named("file, or a sum in dollars")


@click.command(name="spend")
@click.option(
    "--before",
    metavar="FILE|USD",
    type=_SUM,
    help="Say what the earlier jobs of the pull request spent: what their last one saved, or a sum.",
)
@click.option("--hold", is_flag=True, help="Hold what one call may spend, and print it in dollars.")
@click.option(
    "--settle",
    metavar="FILE|USD",
    type=_SUM,
    help="Say what the held call cost: what `claude -p` printed as JSON, or a sum.",
)
@click.option(
    "--name",
    default="claude -p",
    show_default=True,
    type=Named("call"),
    help="What the held call is called.",
)
@click.option(
    "--max-usd", metavar="USD", type=Amount(), help="With --hold: the most that it may spend."
)
@click.option(
    "--summary",
    metavar="FILE",
    type=OUTPUT_FILE,
    help="Append a summary in Markdown to this file; with --settle by default the job's summary on GitHub.",
)
@click.option(
    "--save",
    metavar="FILE",
    type=OUTPUT_FILE,
    help="Write what --json prints into this file, for the next job's --before.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    before: str | None,
    hold: bool,
    settle: str | None,
    name: str,
    max_usd: float | None,
    summary: Path | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Keep to a pull request's budget in a pipeline, by what its calls were held for and cost.

    Without options: what it has spent; exit code 1 where nothing may be spent any more, or nobody knows what was.
    """
    notes = [before is not None, hold, settle is not None]
    _refuse_mixture(notes, max_usd, hold)
    root = repo.require_root()
    table = read_table(root)
    if before is not None:
        _note_before(root, before)
    if hold:
        _hold(root, table, name, max_usd)
    if settle is not None:
        _settle(root, name, settle)
        summary = find_summary(summary)
    limits = read_limits(table)
    spend = load_spend(root, os.environ)
    described = _describe(limits, spend)
    if save is not None:
        write_atomic(str(save), json.dumps(described).encode())
    if summary is not None:
        append_summary(summary, _write_summary(limits, spend))
    if hold:
        return
    if as_json:
        print_json(described)
    else:
        click.echo(describe_spend(limits, spend))
    ctx.exit(answer_code(any(notes) or _may_spend(limits, spend)))


def _refuse_mixture(
    notes: list[bool],
    max_usd: float | None,
    hold: bool,
) -> None:
    if sum(notes) > 1:
        raise click.UsageError("--before, --hold and --settle exclude each other.")
    if max_usd is not None and not hold:
        raise click.UsageError("--max-usd goes with --hold.")


def _hold(
    root: str,
    table: Table,
    name: str,
    max_usd: float | None,
) -> None:
    wanted = max_usd or table["escalation"]["max_usd"]
    held = hold_call(root, table, name, wanted, os.environ)
    click.echo(f"{held.limit_usd:.6f}")


def _note_before(root: str, stated: str) -> None:
    usd = _read_amount(stated, _BEFORE_FORM)
    if usd is not None:
        note_before(root, os.environ, usd)
        return
    told = _read_earlier(stated)
    usd, unknown = read_amount(told.get("spent_usd")), told.get("unknown")
    if usd is None or not isinstance(unknown, list):
        raise TierwiseError(
            "this is not what `tierwise spend --save` writes", place=stated, remedy=_BEFORE_FORM
        )
    number = find_pull_request(os.environ)
    if told.get("pull_request") != number:
        raise TierwiseError(
            f"this is of pull request {told.get('pull_request')}, not of {number or 'none'}",
            place=stated,
            remedy="Restore the file of the same pull request.",
        )
    note_before(
        root,
        os.environ,
        usd,
        [str(name) for name in unknown],
    )


def _read_earlier(path: str) -> Mapping[str, Any]:
    try:
        told = json.loads(_read_file(path, _BEFORE_FORM))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise TierwiseError(
            "this is not JSON that `tierwise spend` wrote", place=path, remedy=_BEFORE_FORM
        )
    return told


def _settle(
    root: str,
    name: str,
    stated: str,
) -> None:
    """Settle the newest open call; one that does not tell its cost stays held, and counts in full."""
    hold = find_open_hold(root, name, os.environ)
    if hold is None:
        raise TierwiseError(
            f'no call named "{name}" is held',
            place="spend --settle",
            remedy="Hold it first: tierwise spend --hold.",
        )
    usd = _read_amount(stated, _SETTLE_FORM)
    if usd is None:
        usd = _read_cost(stated)
    if usd is None:
        words = f"{stated} tells no cost: the call counts with all that it may have spent"
        print_error_line(f"tierwise: {words}, ${hold.limit_usd:.4f}")
        return
    settle_call(root, hold, usd)


def _read_cost(path: str) -> float | None:
    if not os.path.lexists(path):
        return None  # the client never came to write it
    return read_client_cost(_read_file(path, _SETTLE_FORM))


def _read_file(path: str, form: str) -> str:
    try:
        return Path(path).read_text(
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise TierwiseError(
            str(error.strerror),
            place=path,
            remedy=form,
        ) from None


def _read_amount(stated: str, form: str) -> float | None:
    """Return the sum that is stated; None for the name of a file."""
    try:
        number = float(stated)
    except ValueError:
        return None
    usd = read_amount(number)
    if usd is None:
        raise TierwiseError(
            f"{stated} is no sum",
            place="spend",
            remedy=form,
        )
    return usd


def _may_spend(limits: SpendLimits, spend: Spend) -> bool:
    try:
        find_allowance(limits, spend, LEAST_USD)
    except SpendRefusedError as error:
        click.echo(f"tierwise: {error}", err=True)
        return False
    return True


def _describe(limits: SpendLimits, spend: Spend) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "pull_request": spend.pull_request,
        "per_run_usd": limits.per_run,
        "per_pull_request_usd": limits.per_pull_request,
        "before_usd": spend.before_usd,
        "spent_usd": spend.usd,
        "unknown": spend.unknown,
        "calls": [
            {"name": call.name, "limit_usd": call.limit_usd, "usd": call.usd}
            for call in spend.calls.values()
        ],
    }


def _write_summary(limits: SpendLimits, spend: Spend) -> list[str]:
    rows = [
        write_row([call.name, f"${call.counted_usd:.4f}", f"${call.limit_usd:.4f}"])
        for call in spend.calls.values()
    ]
    head = [
        "### What this pipeline spent",
        "",
        "| call | cost | limit |",
        "|---|---|---|",
    ]
    return [*head, *rows, "", describe_spend(limits, spend)]
