"""``tierwise runs``: earlier runs, one of them, and what the cascade is worth."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from tierwise.cli.options import json_option
from tierwise.cli.show import print_line
from tierwise.errors import TierwiseError
from tierwise.shown import neutralise, raw_stream

if TYPE_CHECKING:
    from tierwise.cascade.planning import PlannedRuns
    from tierwise.cascade.records import RunRecord
    from tierwise.report.cascade import RunComparison


@click.command("runs", short_help="List and show earlier runs.")
@click.argument("run", required=False)
@click.option(
    "--last",
    "count",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many to list.",
)
@click.option(
    "--summary",
    "as_summary",
    is_flag=True,
    help="Cost per accepted result, acceptance, saved or lost.",
)
@json_option
def command(
    run: str | None,
    count: int,
    as_summary: bool,
    as_json: bool,
) -> None:
    """List runs, newest first, or show RUN (an id, a part of one, or `last`) with every attempt."""
    from tierwise import repo
    from tierwise.cascade import records

    if as_summary and run is not None:
        raise click.UsageError("--summary is of all runs; leave RUN out.")
    root = repo.require_root()
    if as_summary:
        _show_summary(root, as_json)
    elif run is not None:
        record = records.load(root, run)
        if record is None:
            raise TierwiseError(
                f'no run is called "{run}", or more than one',
                place="runs",
                remedy="List them: tierwise runs.",
            )
        shown = _show_one(record)
        if as_json:
            shown = json.dumps(record, indent=1)
        click.echo(shown)
    else:
        found = list(records.load_all(root))[-count:][::-1]
        if as_json:
            click.echo(json.dumps(found, indent=1))
        elif found:
            _show_table(found)
        else:
            click.echo("no runs yet")


def _show_one(record: RunRecord) -> str:
    from tierwise.cli.run_display import (
        report_run,
        summarise_run,
    )

    if record["stop"] == "running":
        return f"still running\n{report_run(record)}"
    if not record["accepted"]:
        return summarise_run(record)
    return f"{summarise_run(record)}\n{report_run(record)}"


def _show_table(found: list[RunRecord]) -> None:
    from rich.console import Console
    from rich.table import Table

    header_style = "bold"
    if os.environ.get("NO_COLOR"):  # to rich, bold is none
        header_style = ""
    table = Table(box=None, pad_edge=False, header_style=header_style)
    for title in ("run", "stop", "tier", "attempts", "cost", "task"):
        table.add_column(
            title,
            justify="right" if title in ("attempts", "cost") else "left",
            no_wrap=title != "task",
        )
    for record in found:
        first_line, _, _ = record["task"].partition("\n")
        cells = (
            record["run"],
            record["stop"],
            record["tier"] or "-",
            str(len(record["attempts"])),
            f"${record['cost_usd']:.4f}",
            first_line[:60],
        )
        table.add_row(*map(neutralise, cells))
    console = Console(file=raw_stream(sys.stdout), markup=False)
    console.print(table)


def _show_summary(root: str, as_json: bool) -> None:
    from tierwise import ledger
    from tierwise.cascade.context import load_context
    from tierwise.cascade.planning import measure_plans
    from tierwise.cascade.reuse import effect
    from tierwise.cli.reading import read_own_prices
    from tierwise.domain.ladder import ladder_of
    from tierwise.gates.builtin.judge import agreement
    from tierwise.report.cascade import read_cascade

    rows = list(ledger.read(root))
    table = load_context(root).table
    figures = read_cascade(
        rows,
        ladder_of(table),
        read_own_prices(root, table),
    )
    judge = agreement(rows)
    if as_json:
        shown = figures.summarize()
        shown["judge"] = {**judge.__dict__}
        shown["second_test"] = {**agreement(rows, "second-test").__dict__}
        shown["reuse"] = effect(rows)
        shown["plan"] = measure_plans(rows)
        click.echo(json.dumps(shown, indent=1))
        return
    total = figures.total
    click.echo(
        f"{total.runs} runs, {total.attempts} attempts, {total.accepted} accepted, ${total.cost:.4f}"
    )
    kinds = {name: kind.total for name, kind in figures.kinds.items()}
    for title, groups in (("tier", figures.tiers), ("kind", kinds)):
        for name, group in groups.items():
            each, share = "-", group.acceptance or 0
            if group.usd_per_accepted is not None:
                each = f"${group.usd_per_accepted:.4f}"
            print_line(
                f"  {title} {name}: {share:.0%} of {group.runs} runs accepted, {each} per accepted result"
            )
    click.echo(_against_top(figures.compared))
    plans = measure_plans(rows)
    if plans["with"]["runs"]:
        for name, planned in plans.items():
            click.echo(f"  {name} a plan: {_describe_planned(planned)}")
    if judge.flagged:
        click.echo(f"judge against {judge.flagged} flags: {_show_share('sensitivity', judge.sensitivity)}, "
                   f"{_show_share('specificity', judge.specificity)}")  # fmt: skip


def _against_top(compared: RunComparison) -> str:
    """Return one line: whether the cascade paid."""
    from tierwise.report.findings.finding import count

    if not compared.runs:
        return "against always-top: unknown, no run's tokens tell what the top tier would have cost"
    low, high = compared.saved.low, compared.saved.high
    runs = f"on {count(compared.runs, 'run')}"
    if low != high:
        return f"against always-top: between ${low:.4f} and ${high:.4f} saved {runs}"
    word = "saved"
    if low < 0:
        word = "lost"
    return f"against always-top: {word} ${abs(low):.4f} {runs}"


def _describe_planned(group: PlannedRuns) -> str:
    each = "-"
    if group["usd_per_accepted"] is not None:
        each = f"${group['usd_per_accepted']:.4f}"
    return f"{group['accepted']} of {group['runs']} runs accepted, {each} per accepted result"


def _show_share(name: str, value: float | None) -> str:
    if value is None:
        return f"{name} unknown"
    return f"{name} {value:.2f}"
