"""``tierwise report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierwise import repo
from tierwise.cli.options import (
    FILE,
    OUTPUT_FILE,
    json_option,
)
from tierwise.cli.reading import (
    ReportSource,
    pause_collector,
    read_source,
    read_window,
)
from tierwise.cli.report_team import print_team
from tierwise.cli.report_text import (
    BY,
    SCREEN,
    make_report,
    make_text,
    print_limits,
    print_text,
    render_report,
)
from tierwise.cli.show import print_error_line
from tierwise.cli.usage_source import (
    TOOLS,
    find_tool_inputs,
    source_options,
    window_options,
)
from tierwise.domain.coding_tools import CODEX
from tierwise.files import read_bytes, write_out

if TYPE_CHECKING:
    from tierwise.report.build import Report

_MOST_KEYS = 2  # a table has rows, and groups of rows


class Grouping(click.ParamType[str]):
    """A name of :data:`BY`, or two of them with a comma between."""

    name = "key"

    def convert(
        self,
        value: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return the names without blanks.  Raises click.UsageError for an unknown one or a third."""
        names = [name.strip() for name in value.split(",")]
        known = (*BY, "developer")
        unknown = [name for name in names if name not in known]
        if unknown:
            self.fail(
                f"{unknown[0]!r} is not one of {', '.join(known)}.",
                param,
                ctx,
            )
        if len(names) > _MOST_KEYS or len(set(names)) < len(names):
            self.fail(
                "give one name, or two different ones with a comma between.",
                param,
                ctx,
            )
        return ",".join(names)


@click.command(name="report")
@click.option(
    "--tool",
    type=click.Choice(TOOLS),
    default=TOOLS[0],
    show_default=True,
    help="Whose calls: Claude Code's, Codex's, or both tools'.",
)
@click.option("--branch", metavar="PATTERN", help="Only calls on this git branch.")
@click.option("--agent", metavar="PATTERN", help="Only calls of this agent; main: none's.")
@click.option(
    "--model", metavar="PATTERN", help="Only calls on this model or family, such as opus."
)
@click.option(
    "--project", metavar="PATTERN", help="Only calls for this repository, by path or name."
)
@window_options
@click.option(
    "--by",
    type=Grouping(),
    default="tier",
    show_default=True,
    help=f"What to group by, or two with a comma between: {', '.join(BY)}; with --backend developer.",
)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option(
    "--html",
    "html",
    metavar="FILE",
    type=OUTPUT_FILE,
    help="Write one self-contained page with charts.",
)
@click.option(
    "--fix", is_flag=True, help="Print what the findings would change in tierwise.yaml, as a diff."
)
@click.option(
    "--backend",
    metavar="URL",
    help="Add up a team's records there: duckdb:, postgresql:, clickhouse:, spark:.",
)
@click.option(
    "--exports",
    metavar="PATH",
    type=FILE,
    multiple=True,
    help="With --backend: files of `tierwise export`; globs too.",
)
@click.option(
    "--table", metavar="NAME", help="With --backend: the table to read; tierwise_usage if absent."
)
@click.option(
    "--rebuild", is_flag=True, help="Make the store anew from the transcripts that are there."
)
@source_options
def command(
    since: str | None,
    until: str | None,
    by: str,
    as_json: bool,
    as_csv: bool,
    html: Path | None,
    fix: bool,
    backend: str | None,
    exports: tuple[str, ...],
    table: str | None,
    rebuild: bool,
    roots: tuple[str, ...],
    no_store: bool,
    tz: str | None,
    project: str | None,
    model: str | None,
    agent: str | None,
    branch: str | None,
    tool: str,
) -> None:
    """Report what it cost and what it would have cost."""
    form = _choose_form(as_json, as_csv, fix)
    window = read_window(since, until, tz)
    filters = (project, model, agent, branch)
    if backend:
        _refuse_for_team(
            by,
            is_filtered=any(filters),
            is_of_one=any((fix, roots, rebuild, tool != TOOLS[0])),
        )
        print_team(backend, exports, table, by, window, form, html)
        return
    if any((exports, table is not None, "developer" in by)):
        raise click.UsageError("--exports, --table and --by developer go with --backend.")
    if rebuild and (no_store or tool == CODEX):
        raise click.UsageError("--rebuild is for the store, which --no-store and Codex pass over.")
    inputs = find_tool_inputs(tool, roots, window)._replace(filters=filters)
    with pause_collector():
        if any((html, fix, rebuild)):
            source = read_source(inputs, no_store, rebuild=rebuild)
            report = make_report(inputs, source, by, no_store=no_store)
            _print_all(source, report, form, by, html, fix)
        else:
            text = make_text(inputs, form, by, no_store=no_store)
            print_text(text, form)
    if form == SCREEN and tool != CODEX:
        print_limits(inputs.root)


def _refuse_for_team(
    by: str,
    *,
    is_filtered: bool,
    is_of_one: bool,
) -> None:
    """Raise click.UsageError for what a team's report cannot do."""
    if is_filtered or "," in by:
        raise click.UsageError("filters, and --by two names, do not go with --backend.")
    if is_of_one:
        raise click.UsageError(
            "--backend goes with --since, --until, --tz, --by, --json, --csv and --html."
        )


def _choose_form(
    as_json: bool,
    as_csv: bool,
    fix: bool,
) -> str:
    """Return how the report is printed.  Raises click.UsageError where more than one thing is asked for."""
    if sum((as_json, as_csv, fix)) > 1:
        raise click.UsageError("--json, --csv and --fix print different things; choose one.")
    if as_json:
        return "json"
    if as_csv:
        return "csv"
    return SCREEN


def _print_all(
    source: ReportSource,
    report: Report,
    form: str,
    by: str,
    html: Path | None,
    fix: bool,
) -> None:
    """Write the page and print the diff, where they are wanted; else the report itself."""
    if html:
        from tierwise.report.html.page import page

        write_out(str(html), page(report).encode())
    if fix:
        _print_fix(source, report)
    elif html and form == SCREEN:
        click.echo(f"wrote {html}")
    else:
        print_text(render_report(report, form, by), form)


def _print_fix(source: ReportSource, report: Report) -> None:
    from tierwise.report.fix import policy_diff

    patch = [line for finding in report.findings for line in finding.patch]
    if not patch:
        click.echo(
            "No finding has a fix in the policy.",
            err=True,
        )
        return
    path = repo.policy_path(source.root or "")
    diff, left = policy_diff(read_bytes(path), patch)
    click.echo(diff, nl=False)
    for reason in left:
        print_error_line(reason)
