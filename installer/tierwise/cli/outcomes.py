"""``tierwise outcomes``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from tierwise.cli.options import json_option
from tierwise.cli.show import print_json, print_line
from tierwise.cli.usage_source import History, Source, history_options
from tierwise.learning.agent_tests import read_test_runs
from tierwise.learning.commits import read_commit_fates
from tierwise.learning.costs import add_costs
from tierwise.learning.outcome_table import write_table
from tierwise.learning.outcomes import LedgerRow, Outcome, collect_outcomes
from tierwise.learning.reactions import read_session_reactions
from tierwise.learning.recommend import describe_interval
from tierwise.learning.summary import GROUPS, Group, group_outcomes
from tierwise.transcripts.roots import Transcript

_BY = click.Choice(sorted(GROUPS))


@click.command(name="outcomes")
@click.option(
    "--by", type=_BY, multiple=True, default=("kind", "tier"), help="Group by this; repeatable."
)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print each judged outcome, for `backtest`.")
@history_options
def command(
    by: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    history: History,
) -> None:
    """Show what became of each decision, by kind, tier or agent.

    Success and failure are told from gates, flags, retries, escalations, what you said next and
    the fate of commits; unknown is never success.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv print different things; choose one.")
    inputs = history.find_inputs()
    source = history.read_source(inputs)
    outcomes = read_outcomes(source, inputs.transcripts)
    if as_csv:
        click.echo(write_table(outcomes), nl=False)
        return
    groups = group_outcomes(outcomes, *by)
    if as_json:
        print_json({"schema_version": 1, "by": by, "groups": [*_describe_groups(groups, by)]})
        return
    if not groups:
        click.echo("No decision is recorded yet. A session that starts now records its own.")
        return
    for line in _format_table(groups, by):
        print_line(line)


def read_outcomes(source: Source, transcripts: Iterable[Transcript]) -> list[Outcome]:
    """Read the outcomes of this repository's ledger and of those that the calls were made in."""
    rows: list[LedgerRow] = [*source.ledger_rows]
    known = list(transcripts)
    rows += read_session_reactions(known, source.ledger_rows)
    rows += read_test_runs(known, source.ledger_rows)
    if source.root is not None:
        rows += read_commit_fates(source.root, source.ledger_rows)
    return join_outcomes(source, rows)


def join_outcomes(source: Source, rows: Sequence[LedgerRow]) -> list[Outcome]:
    """Join rows to the outcomes of the source's window, with their costs."""
    outcomes = collect_outcomes(rows)
    add_costs(outcomes, source.usage.records, source.prices)
    return [outcome for outcome in outcomes if source.window.holds(outcome.time)]


def _describe_groups(
    groups: Mapping[tuple[str, ...], Group], by: Sequence[str]
) -> Sequence[dict[str, Any]]:
    described = []
    for key, group in groups.items():
        interval = None
        if group.judged:
            interval = group.success
        described.append(
            {
                **dict(zip(by, key, strict=True)),
                "successes": group.successes,
                "failures": group.failures,
                "unknown": group.unknown,
                "success_low": interval and interval.low,
                "success_high": interval and interval.high,
                "cost_per_success": group.cost_per_success,
            }
        )
    return described


def _format_table(groups: Mapping[tuple[str, ...], Group], by: Sequence[str]) -> list[str]:
    rows = [(*by, "success", "failure", "unknown", "rate", "$/success")]
    for key, group in groups.items():
        counts = (group.successes, group.failures, group.unknown)
        success, cost = "-", "-"
        if group.judged:
            success = describe_interval(group.success)
        if group.cost_per_success is not None:
            cost = f"{group.cost_per_success:.3f}"
        rows.append((*key, *map(str, counts), success, cost))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_align(row, widths, len(by)) for row in rows]


def _align(row: Sequence[str], widths: Sequence[int], names: int) -> str:
    cells = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        if index < names:
            cells.append(cell.ljust(width))
        else:
            cells.append(cell.rjust(width))
    return "  ".join(cells).rstrip()
