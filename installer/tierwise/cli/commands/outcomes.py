"""``tierwise outcomes``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from tierwise.cli.options import json_option
from tierwise.cli.reading import ReportSource
from tierwise.cli.show import (
    align_columns,
    print_json,
    print_line,
)
from tierwise.cli.usage_source import History, history_options
from tierwise.domain.ledger_rows import RawRow
from tierwise.learning.agent_work import read_agent_work
from tierwise.learning.commits import read_commit_fates
from tierwise.learning.costs import add_costs
from tierwise.learning.outcome_table import write_table
from tierwise.learning.outcomes import (
    Outcome,
    collect_outcomes,
    collect_turns,
)
from tierwise.learning.reactions import read_session_reactions
from tierwise.learning.recommend import describe_interval
from tierwise.learning.summary import (
    GROUPS,
    OutcomeGroup,
    group_outcomes,
)
from tierwise.transcripts.roots import Transcript

Groups = Mapping[tuple[str, ...], OutcomeGroup]
"""Outcomes by what they are grouped by."""

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

    Turns of the main conversation stand in a table of their own.
    Success and failure are told from gates, flags, retries, escalations, what you said next and
    the fate of commits; unknown is never success.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv print different things; choose one.")
    inputs = history.find_inputs()
    source = history.read_source(inputs)
    rows = read_signs(source, inputs.transcripts)
    outcomes = join_outcomes(source, rows)
    if as_csv:
        click.echo(write_table(outcomes), nl=False)
        return
    groups = group_outcomes(outcomes, *by)
    turns = group_outcomes(join_turns(source, rows), *by)
    if as_json:
        described = {
            "groups": describe_groups(groups, by),
            "turns": describe_groups(turns, by),
        }
        print_json({"schema_version": 1, "by": by, **described})
    elif groups or turns:
        _print_tables(groups, turns, by)
    else:
        click.echo("No decision is recorded yet. A session that starts now records its own.")


def read_outcomes(
    source: ReportSource,
    transcripts: Iterable[Transcript],
) -> list[Outcome]:
    """Read the outcomes of this repository's ledger and of those that the calls were made in."""
    return join_outcomes(
        source,
        read_signs(source, transcripts),
    )


def read_signs(
    source: ReportSource,
    transcripts: Iterable[Transcript],
) -> list[RawRow]:
    """Return the ledger's rows, and as further ones what transcripts and git tell of their decisions."""
    rows: list[RawRow] = [*source.ledger_rows]
    known = list(transcripts)
    rows += read_session_reactions(known, source.ledger_rows)
    rows += read_agent_work(known, source.ledger_rows)
    if source.root is not None:
        rows += read_commit_fates(source.root, rows)
    return rows


def join_outcomes(
    source: ReportSource,
    rows: Sequence[RawRow],
) -> list[Outcome]:
    """Join rows to the outcomes of the source's window, with their costs."""
    outcomes = collect_outcomes(rows)
    add_costs(outcomes, source.usage.records, source.prices)
    return [outcome for outcome in outcomes if source.window.holds(outcome.time)]


def join_turns(
    source: ReportSource,
    rows: Iterable[RawRow],
) -> list[Outcome]:
    """Join rows to the outcomes of the main conversation's turns in the source's window."""
    return [turn for turn in collect_turns(rows) if source.window.holds(turn.time)]


def describe_groups(
    groups: Groups,
    by: Sequence[str],
) -> list[dict[str, Any]]:
    """Return each group with its figures, as JSON shows them."""
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


def _print_tables(
    groups: Groups,
    turns: Groups,
    by: Sequence[str],
) -> None:
    if groups:
        _print_table(groups, by)
    if groups and turns:
        print_line("")
    if turns:
        print_line("Turns of the main conversation:")
        _print_table(turns, by)


def _print_table(groups: Groups, by: Sequence[str]) -> None:
    rows = [(*by, "success", "failure", "unknown", "rate", "$/success")]
    for key, group in groups.items():
        success = cost = "-"
        if group.judged:
            success = describe_interval(group.success)
        if group.cost_per_success is not None:
            cost = f"{group.cost_per_success:.3f}"
        counts = map(
            str,
            (group.successes, group.failures, group.unknown),
        )
        rows.append((*key, *counts, success, cost))
    for line in align_columns(rows, len(by)):
        print_line(line)
