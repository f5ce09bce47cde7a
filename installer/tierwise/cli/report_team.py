"""``tierwise report --backend``: the spend of a team, added up where its records are."""

from __future__ import annotations

from pathlib import Path

import click

from tierwise.cli.show import print_json
from tierwise.files import write_out
from tierwise.report.window import Window


def print_team(
    backend: str,
    exports: tuple[str, ...],
    table: str | None,
    by: str,
    window: Window,
    form: str,
    html: Path | None,
) -> None:
    """Add up a team's records in a backend; print them, or write the page."""
    from tierwise.teams.backends import TABLE, open_backend
    from tierwise.teams.files import find_files
    from tierwise.teams.report import (
        team_csv,
        team_document,
        team_screen,
    )

    table = table or TABLE
    if not table.replace(".", "_").isidentifier():
        raise click.UsageError(f'"{table}" is no name of a table.')
    with open_backend(backend, find_files(exports), table) as opened:
        document = team_document(opened, by, window, table)
    if html:
        from tierwise.teams.page import team_page

        page = team_page(document, window)
        write_out(str(html), page.encode())
    if form == "json":
        print_json(document)
    elif form == "csv":
        click.echo(team_csv(document), nl=False)
    elif html:
        click.echo(f"wrote {html}")
    else:
        click.echo(team_screen(document, window))
