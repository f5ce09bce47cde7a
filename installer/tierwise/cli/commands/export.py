"""``tierwise export``."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator

import click

from tierwise import repo
from tierwise.cli.options import OUTPUT_STREAM
from tierwise.cli.reading import ReportSource
from tierwise.cli.show import print_error_line
from tierwise.cli.usage_source import History, history_options
from tierwise.domain.ladder import ladder_of
from tierwise.errors import OutsideError
from tierwise.files import is_device
from tierwise.report.efficiency import read_flags
from tierwise.report.exported import Cell, table_rows, write_csv
from tierwise.report.rows import enrich_records

_SCRATCH = ".tierwise-export-"
_SHARED_LOGINS = {
    "root", "admin", "administrator", "app", "coder", "codespace", "dev", "developer", "docker",
    "ec2-user", "gitpod", "jenkins", "node", "runner", "runneradmin", "ubuntu", "user", "vagrant",
    "vscode", "work",
}  # fmt: skip
"""Logins that containers and virtual machines give to everybody."""


@click.command(name="export")
@click.argument("file", default="-", metavar="[FILE]", type=OUTPUT_STREAM)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    help="Without it the file's name says; standard output is CSV.",
)
@click.option(
    "--developer",
    metavar="NAME",
    help="Whose records these are; if absent your login name, or git's user.name for a shared one.",
)
@click.option(
    "--ddl",
    type=click.Choice(["duckdb", "postgresql", "clickhouse", "spark"]),
    help="Print the table that exports are loaded into, and export nothing.",
)
@history_options
def command(
    file: str,
    form: str | None,
    developer: str | None,
    ddl: str | None,
    history: History,
) -> None:
    """Write usage records as Parquet or CSV.

    One line a call: names, ids, counts and dollars, no word of a prompt.  Parquet needs the
    extra `teams` (docs/teams.md).
    """
    if ddl:
        from tierwise.teams.backends import TABLE
        from tierwise.teams.ddl import write_ddl

        click.echo(write_ddl(ddl, TABLE))
        return
    form = form or _named_form(file)
    if form == "parquet" and file == "-":
        raise click.UsageError("Parquet is no text; name a file for it.")
    source = history.read_source(history.find_inputs())
    name_of = developer or name_developer(source.root)
    table = _list_rows(source, name_of)
    if file == "-":
        write_csv(table, sys.stdout)
        return
    to_device = is_device(file)
    write = _write_file
    if to_device:
        write = _write_device
    count = write(table, file, form)
    click.echo(
        f"wrote {count:,} records to {file}",
        err=to_device,
    )
    if name_of.lower() in _SHARED_LOGINS:
        print_error_line(
            f'tierwise: the developer is "{name_of}", as everybody in a container; say --developer NAME'
        )


def _list_rows(
    source: ReportSource,
    name_of: str,
) -> Iterator[tuple[Cell, ...]]:
    """List the rows of the table, one a call."""
    ladder = ladder_of(source.table)
    rows = enrich_records(
        source.usage.records,
        source.ledger_rows,
        ladder,
        source.prices,
        source.window.zone,
        one_by_one=True,
    )
    return table_rows(
        rows,
        ladder,
        source.prices,
        name_of,
        read_flags(source.ledger_rows),
    )


def _write_device(
    table: Iterable[tuple[Cell, ...]],
    file: str,
    form: str,
) -> int:
    """Write records into a device or a pipe; return how many."""
    with tempfile.TemporaryDirectory(prefix=_SCRATCH) as place:
        written, count = _write_form(table, place, form)
        with open(written, "rb") as made, open(file, "wb") as target:
            shutil.copyfileobj(made, target)
    return count


def _write_file(
    table: Iterable[tuple[Cell, ...]],
    file: str,
    form: str,
) -> int:
    """Put records in the place of a file in one step; return how many."""
    file = os.path.realpath(file)  # a link stays one
    beside = os.path.dirname(file)
    os.makedirs(beside, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=_SCRATCH) as place:
        written, count = _write_form(table, place, form)
        os.replace(written, file)
    return count


def _write_form(
    table: Iterable[tuple[Cell, ...]],
    place: str,
    form: str,
) -> tuple[str, int]:
    """Write records into a folder; return the file, and how many they are."""
    written = os.path.join(place, "export.csv")
    with open(written, "w", encoding="utf-8", newline="") as target:
        count = write_csv(table, target)
    if form == "parquet":
        from tierwise.teams.files import to_parquet

        written = to_parquet(
            written,
            os.path.join(place, "export.parquet"),
        )
    return written, count


def name_developer(root: str | None) -> str:
    """Return whose records are exported: the login name, or git's ``user.name`` where many share that login."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = ""
    if login and login.lower() not in _SHARED_LOGINS:
        return login
    try:
        name = repo.run_git(root or ".", "config", "user.name", check=False).strip()
    except OutsideError:
        name = ""
    return name or login


def _named_form(file: str) -> str:
    """Return the form that a file's name asks for.  A name that asks for another one is refused: it would be a lie."""
    ending = os.path.splitext(file)[1].lower()
    if ending in (".parquet", ".pq"):
        return "parquet"
    if ending in (".xlsx", ".xls", ".json", ".jsonl", ".arrow", ".feather", ".gz", ".zip"):
        raise click.UsageError(f"{file}: an export is CSV or Parquet; name it so, or say --format.")
    return "csv"
