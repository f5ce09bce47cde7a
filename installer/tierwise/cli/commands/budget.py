"""``tierwise budget``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click

from tierwise.claude_hooks import spend_note
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.reading import find_inputs, read_source
from tierwise.cli.show import print_json, print_line
from tierwise.cli.usage_source import source_options
from tierwise.cli.window import name_zone, now_in, read_zone
from tierwise.domain.ladder import ladder_of
from tierwise.report.budget import BudgetReport, budget_of
from tierwise.report.findings.finding import money
from tierwise.report.rows import enrich_records
from tierwise.report.window import Window
from tierwise.shown import colour_text

_REACH = timedelta(days=7)
"""How far before today a session that is still going may have begun."""


@click.command(name="budget")
@click.option("--session", metavar="ID", help="Look at this session only.")
@json_option
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    session: str | None,
    as_json: bool,
    roots: tuple[str, ...],
    no_store: bool,
    tz: str | None,
) -> None:
    """Compare today's spend with the policy's limits.

    Exits 1 when `budget.per_day` or a session's `budget.per_session` is passed, and when that cannot be told because
    calls of today have no price.  The spend is that of all repositories: the limits are the developer's.
    """
    zone = read_zone(tz)
    now = now_in(zone)
    window = Window(
        now - _REACH,
        None,
        zone,
        name_zone(zone, tz),
    )
    source = read_source(find_inputs(roots, window), no_store)
    records, ladder = source.usage.records, ladder_of(source.table)
    rows = enrich_records(
        records,
        source.ledger_rows,
        ladder,
        source.prices,
        zone,
    )
    budget = budget_of(
        rows,
        now.strftime("%Y-%m-%d"),
        source.table,
        session,
    )
    if source.root and budget.per_day is not None and budget.day == spend_note.today():
        spend_note.note_day(source.root, float(budget.spent))
    if as_json:
        print_json(budget.as_json())
    else:
        for text in _write_lines(budget):
            print_line(text)
        if session is not None and not budget.sessions:
            print_line(f"session  {session} has made no call today")
    ctx.exit(answer_code(not budget.passed and not budget.unknown))


def _write_lines(budget: BudgetReport) -> Iterator[str]:
    more = ""
    if budget.unpriced_tokens:
        more = f", and {budget.unpriced_tokens:,} tokens without a price"
    if budget.per_day is None:
        yield f"today    {money(budget.spent)}{more}; the policy has no limit (budget.per_day)"
    else:
        share = budget.spent / budget.per_day
        text = f"today    {money(budget.spent)} of {money(budget.per_day)} ({share:.0%}){more}"
        if budget.over_day:
            text = colour_text(f"{text}: passed", "red")
        yield text
    if budget.unknown:
        words = "unknown  whether a limit is passed: state the missing prices under `prices:`"
        yield colour_text(words, "yellow")
    if budget.per_session is not None:
        yield from _write_sessions(budget, money(budget.per_session))


def _write_sessions(
    budget: BudgetReport,
    limit: str,
) -> Iterator[str]:
    over = budget.over_sessions
    for name, cost in budget.sessions:
        if name in over:
            yield colour_text(
                f"session  {name} {money(cost)} of {limit}: passed",
                "red",
            )
    if not over and budget.sessions:
        name, cost = budget.sessions[0]
        yield f"session  {money(cost)} of {limit} in the most expensive, {name}"
