"""``tierwise export``."""

from __future__ import annotations

import getpass
import os
import sys
import tempfile

import click

from tierwise.cli.usage_source import find_inputs, read_source, read_window, source_options, window_options
from tierwise.cost.report.exported import table_rows, write_csv
from tierwise.cost.report.ladder import ladder_of
from tierwise.cost.report.rows import enrich


@click.command(name="export")
@click.argument("file", default="-", metavar="[FILE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    help="Without it the file's name says; standard output is CSV.",
)
@click.option("--developer", metavar="NAME", help="Whose records these are; your login name if absent.")
@window_options
@source_options
def command(
    file: str,
    form: str | None,
    developer: str | None,
    since: str | None,
    until: str | None,
    roots: tuple[str, ...],
    no_store: bool,
    tz: str | None,
) -> None:
    """Write usage records as Parquet or CSV.

    One line a call: names, ids, counts and dollars, no word of a prompt.  Parquet needs `pip install
    'tierwise[teams]'`.
    """
    form = form or ("parquet" if file.lower().endswith((".parquet", ".pq")) else "csv")
    if form == "parquet" and file == "-":
        raise click.UsageError("Parquet is no text; name a file for it.")
    source = read_source(find_inputs(roots, read_window(since, until, tz)), no_store)
    ladder = ladder_of(source.table)
    rows = enrich(source.usage.records, source.ledger_rows, ladder, source.prices, source.window.zone, one_by_one=True)
    table = table_rows(rows, ladder, source.prices, developer or getpass.getuser())
    if file == "-":
        write_csv(table, sys.stdout)
        return
    folder = os.path.dirname(os.path.abspath(file))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".tierwise-export-") as place:
        written = os.path.join(place, "export.csv")
        with open(written, "w", encoding="utf-8", newline="") as target:
            count = write_csv(table, target)
        if form == "parquet":
            from tierwise.cost.teams.files import to_parquet

            written = to_parquet(written, os.path.join(place, "export.parquet"))
        os.replace(written, file)
    click.echo(f"wrote {count:,} records to {file}")
