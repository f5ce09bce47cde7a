"""``tierwise report``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tierwise import repo
from tierwise.cli.options import FILE, OutputFile, json_option
from tierwise.cli.report_team import print_team
from tierwise.cli.show import colour_text, json_text
from tierwise.cli.usage_source import (
    TOOLS,
    Inputs,
    Source,
    find_tool_inputs,
    pause_collector,
    read_calls,
    read_source,
    read_window,
    source_options,
    window_options,
)
from tierwise.cli.window import now_in
from tierwise.domain.coding_tools import CODEX

if TYPE_CHECKING:
    from tierwise.report.build import Before, Report, Sights
    from tierwise.report.landmarks import Commit

_MOST_KEYS = 2  # a table has rows, and groups of rows
BY = (
    "tier",
    "model",
    "agent",
    "domain",
    "session",
    "day",
    "week",
    "month",
    "project",
    "folder",
    "effort",
    "branch",
    "pull-request",
    "commit",
)
"""What can be grouped by: ``totals.KEYS``, without what that imports."""


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
            self.fail(f"{unknown[0]!r} is not one of {', '.join(known)}.", param, ctx)
        if len(names) > _MOST_KEYS or len(set(names)) < len(names):
            self.fail("give one name, or two different ones with a comma between.", param, ctx)
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
    type=OutputFile(),
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
    html: str | None,
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
        is_of_one = any((fix, roots, rebuild, tool != TOOLS[0]))
        _refuse_for_team(by, is_filtered=any(filters), is_of_one=is_of_one)
        print_team(backend, exports, table, by, window, form, html)
        return
    if any((exports, table is not None, "developer" in by)):
        raise click.UsageError("--exports, --table and --by developer go with --backend.")
    if rebuild and (no_store or tool == CODEX):
        raise click.UsageError("--rebuild is for the store, which --no-store and Codex pass over.")
    inputs = find_tool_inputs(tool, roots, window)._replace(filters=filters)
    is_plain = not any((html, fix, no_store, rebuild))
    with pause_collector():
        if is_plain and _may_remember(inputs, by):
            _print(_report_text(inputs, form, by), form)
        else:
            source = read_source(inputs, no_store, rebuild=rebuild)
            report = _make(source, by, _sum_before(inputs, source, no_store=no_store))
            _print_all(source, report, form, by, html, fix)
    if form == "screen":
        _print_limits(inputs.root, tool)


def _refuse_for_team(by: str, *, is_filtered: bool, is_of_one: bool) -> None:
    """Raise click.UsageError for what a team's report cannot do."""
    if is_filtered or "," in by:
        raise click.UsageError("filters, and --by two names, do not go with --backend.")
    if is_of_one:
        raise click.UsageError(
            "--backend goes with --since, --until, --tz, --by, --json, --csv and --html."
        )


def _print_limits(root: str | None, tool: str) -> None:
    """Print what Claude Code says of the subscription's limits."""
    if root is None or tool == CODEX:
        return
    from tierwise.claude_hooks.limits import describe_limits

    for line in describe_limits(root):
        click.echo(line)


def _choose_form(as_json: bool, as_csv: bool, fix: bool) -> str:
    """How the report is printed.  Raises click.UsageError where more than one thing is asked for."""
    if sum((as_json, as_csv, fix)) > 1:
        raise click.UsageError("--json, --csv and --fix print different things; choose one.")
    if as_json:
        return "json"
    if as_csv:
        return "csv"
    return "screen"


def _report_text(inputs: Inputs, form: str, by: str) -> str:
    """A report as text: remembered where nothing has changed, else made and remembered."""
    from tierwise.report.remembered import ask_for, key_of, recall_report, remember_report
    from tierwise.report.sources import list_ledger_folders
    from tierwise.transcripts.roots import default_store

    store = default_store()
    window = inputs.window
    today = now_in(window.zone).date().isoformat()
    asked = ask_for(form, by, today, inputs.filters, window.describe())
    key = key_of(inputs, asked)
    known = recall_report(store, key, lambda projects: list_ledger_folders(inputs.root, projects))
    if known is not None:
        return known
    source = read_source(inputs, False)
    before = _sum_before(inputs, source, no_store=False)
    text = _text(_make(source, by, before), form, by)
    remember_report(store, key, text, source.projects, source.ledgers)
    return text


def _may_remember(inputs: Inputs, by: str) -> bool:
    """Whether a report may be kept: commits change with no file that it is known by, prompts are kept nowhere."""
    if inputs.codex_home is not None:
        return False
    keys = by.split(",")
    return "commit" not in keys and not ("session" in keys and _shows_prompts(inputs.table))


def _shows_prompts(table: Mapping[str, Any]) -> bool:
    hooks = table.get("hooks") or {}
    return bool(hooks.get("record_prompts"))


def _sum_before(
    inputs: Inputs,
    source: Source,
    *,
    no_store: bool,
) -> Before | None:
    """What as long a window right before this one cost; None where this one begins nowhere."""
    from tierwise.domain.ladder import ladder_of
    from tierwise.report.build import Before
    from tierwise.report.filters import Filters, keep_calls
    from tierwise.report.rows import enrich_records
    from tierwise.report.totals import add_up

    window = inputs.window
    if window.since is None:
        return None
    length = (window.until or now_in(window.zone)) - window.since
    try:
        earlier = window._replace(since=window.since - length, until=window.since)
    except OverflowError:  # before the calendar begins
        return None
    usage = read_calls(inputs._replace(window=earlier), no_store)
    kept = keep_calls(usage, Filters(*inputs.filters)).records
    rows = enrich_records(kept, (), ladder_of(source.table), source.prices, window.zone)
    return Before(add_up(rows).cost, length)


def _look_around(source: Source, by: str, before: Before | None) -> Sights:
    """Return what this view shows beside the calls themselves."""
    from tierwise.report.build import Sights

    words, outcomes = _judge_outcomes(source)
    commits: Mapping[tuple[str, str], Sequence[Commit]] = {}
    first_words: Mapping[str, str] = {}
    keys = by.split(",")
    if "commit" in keys:
        from tierwise.report.commits import read_commits

        commits = read_commits(source.usage.records)
    elif "session" in keys and source.root and _shows_prompts(source.table):
        first_words = _read_first_words(source, source.root)
    return Sights(commits, first_words, outcomes, words, before)


def _read_first_words(source: Source, root: str) -> Mapping[str, str]:
    """Return what sessions of this repository began with: its policy speaks for no others."""
    from tierwise.report.repositories import find_repository
    from tierwise.transcripts.first_words import read_first_words

    own = find_repository(root)
    folders = {folder for folder in source.projects if find_repository(folder) == own}
    sessions = {item.session for item in source.usage.records if item.project in folders}
    return read_first_words(source.transcripts, sessions)


def _judge_outcomes(source: Source) -> tuple[str, Mapping[str, Any]]:
    """Return how the recorded decisions ended, by the ledger alone: a line, and the document's part."""
    if not any(row.get("row") == "decision" for row in source.ledger_rows):
        return "", {}
    from tierwise.cli.outcomes import join_outcomes
    from tierwise.learning.recommend import HumanCost
    from tierwise.learning.regret import judge_hindsight

    outcomes = join_outcomes(source, source.ledger_rows)
    protected = source.table["frontier_only"]["kinds"]
    found = judge_hindsight(outcomes, HumanCost(**source.table["costs"]), protected)
    return found.describe(), found.as_json()


def _make(source: Source, by: str, before: Before | None) -> Report:
    from tierwise.report.build import build_report
    from tierwise.report.filters import Filters, keep_calls

    usage = keep_calls(source.usage, Filters(*source.filters))
    today = now_in(source.window.zone).date()
    return build_report(
        usage,
        source.ledger_rows,
        source.table,
        source.prices,
        source.window,
        today,
        _look_around(source, by, before),
    )


def _text(report: Report, form: str, by: str) -> str:
    if form == "json":
        from tierwise.report.document import build_document

        return json_text(build_document(report, by))
    if form == "csv":
        from tierwise.report.csvtext import csv_text

        return csv_text(report, by).removesuffix("\n")
    from tierwise.report.text import fit_width, render_screen

    return fit_width(render_screen(report, by))


def _print(text: str, form: str) -> None:
    if form != "screen":
        click.echo(text)
        return
    for line in text.split("\n"):
        if line.startswith("! "):
            line = colour_text(line, "yellow")
        click.echo(line)


def _print_all(
    source: Source,
    report: Report,
    form: str,
    by: str,
    html: str | None,
    fix: bool,
) -> None:
    """Write the page and print the diff, where they are wanted; else the report itself."""
    if html:
        _write_page(report, html)
    if fix:
        _print_fix(source, report)
    elif html and form == "screen":
        click.echo(f"wrote {html}")
    else:
        _print(_text(report, form, by), form)


def _write_page(report: Report, name: str) -> None:
    from tierwise.files import write_out
    from tierwise.report.html.page import page

    write_out(name, page(report).encode())


def _print_fix(source: Source, report: Report) -> None:

    from tierwise.files import read_bytes
    from tierwise.report.fix import policy_diff

    patch = [line for finding in report.findings for line in finding.patch]
    if not patch:
        click.echo("No finding has a fix in the policy.", err=True)
        return
    path = repo.policy_path(source.root or "")
    diff, left = policy_diff(read_bytes(path), patch)
    click.echo(diff, nl=False)
    for reason in left:
        click.echo(reason, err=True)
