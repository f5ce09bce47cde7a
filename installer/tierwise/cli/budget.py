"""``tierwise budget``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click

from tierwise.claude_hooks import spend_note
from tierwise.cli.options import json_option
from tierwise.cli.show import colour_text, print_json
from tierwise.cli.usage_source import find_inputs, read_source, source_options
from tierwise.cli.window import now_in, read_zone
from tierwise.domain.ladder import ladder_of
from tierwise.errors import NO, OK
from tierwise.report.budget import Budget, budget_of
from tierwise.report.findings.finding import money
from tierwise.report.rows import enrich_records
from tierwise.report.window import Window

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
    window = Window(now - _REACH, None, zone, tz if zone and tz else "local")
    source = read_source(find_inputs(roots, window), no_store)
    rows = enrich_records(
        source.usage.records, source.ledger_rows, ladder_of(source.table), source.prices, zone
    )
    budget = budget_of(rows, now.strftime("%Y-%m-%d"), source.table, session)
    if source.root and budget.per_day is not None and budget.day == spend_note.today():
        spend_note.note_day(source.root, float(budget.spent))
    if as_json:
        print_json(budget.as_json())
    else:
        for text in _write_lines(budget):
            click.echo(text)
        if session is not None and not budget.sessions:
            click.echo(f"session  {session} has made no call today")
    ctx.exit(NO if budget.passed or budget.unknown else OK)


def _write_lines(budget: Budget) -> Iterator[str]:
    more = (
        f", and {budget.unpriced_tokens:,} tokens without a price" if budget.unpriced_tokens else ""
    )
    if budget.per_day is None:
        yield f"today    {money(budget.spent)}{more}; the policy has no limit (budget.per_day)"
    else:
        share = budget.spent / budget.per_day
        text = f"today    {money(budget.spent)} of {money(budget.per_day)} ({share:.0%}){more}"
        yield colour_text(f"{text}: passed", "red") if budget.over_day else text
    if budget.unknown:
        yield colour_text(
            "unknown  whether a limit is passed: state the missing prices under `prices:`", "yellow"
        )
    if budget.per_session is None:
        return
    over = budget.over_sessions
    for name, cost in budget.sessions:
        if name in over:
            yield colour_text(
                f"session  {name} {money(cost)} of {money(budget.per_session)}: passed", "red"
            )
    if not over and budget.sessions:
        name, cost = budget.sessions[0]
        yield f"session  {money(cost)} of {money(budget.per_session)} in the most expensive, {name}"
