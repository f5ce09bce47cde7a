"""A report made of what was read, as text.  The command line's own library is not loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierwise.cli.reading import (
    Inputs,
    ReportSource,
    read_calls,
    read_source,
)
from tierwise.cli.window import now_in
from tierwise.shown import (
    WIDTH,
    colour_text,
    find_width,
    fit_width,
    json_text,
)

if TYPE_CHECKING:
    from tierwise.domain.table_shape import Table
    from tierwise.report.build import Before, Report, Sights
    from tierwise.report.landmarks import OwnCommit

SCREEN = "screen"
"""The form for people, beside ``json`` and ``csv``."""

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


def make_text(
    inputs: Inputs,
    form: str,
    by: str,
    *,
    no_store: bool,
) -> str:
    """Return a report as text: remembered where nothing has changed, else made, and remembered where it may be."""
    if not no_store and _may_remember(inputs, by):
        return _recall_or_make(inputs, form, by)
    source = read_source(inputs, no_store)
    return render_report(
        make_report(inputs, source, by, no_store=no_store),
        form,
        by,
    )


def print_text(text: str, form: str) -> None:
    """Print a report; what a person must not overlook in colour."""
    if form != SCREEN:
        print(text)
        return
    for line in text.split("\n"):
        if line.startswith("! "):
            line = colour_text(line, "yellow")
        print(line)


def print_limits(root: str | None) -> None:
    """Print what Claude Code says of the subscription's limits."""
    if root is None:
        return
    from tierwise.claude_hooks.limits import describe_limits

    for line in describe_limits(root):
        print(line)


def _recall_or_make(
    inputs: Inputs,
    form: str,
    by: str,
) -> str:
    """Return a report as text: remembered where nothing has changed, else made and remembered."""
    from tierwise.report.remembered import (
        ask_for,
        key_of,
        recall_report,
        remember_report,
    )
    from tierwise.report.sources import list_ledger_folders
    from tierwise.transcripts.roots import default_store

    store = default_store()
    window = inputs.window
    today = now_in(window.zone).date().isoformat()
    asked = ask_for(
        form,
        by,
        today,
        inputs.filters,
        window.describe(),
    )
    key = key_of(inputs, asked)
    known = recall_report(
        store,
        key,
        lambda projects: list_ledger_folders(inputs.root, projects),
    )
    if known is not None:
        return known
    source = read_source(inputs, False)
    text = render_report(
        make_report(inputs, source, by, no_store=False),
        form,
        by,
    )
    remember_report(
        store,
        key,
        text,
        source.projects,
        source.ledgers,
    )
    return text


def _may_remember(inputs: Inputs, by: str) -> bool:
    """Return whether a report may be kept: commits change with no file that it is known by, prompts are kept nowhere.

    What fits a narrow terminal is made anew, too.
    """
    if inputs.codex_home is not None or find_width() < WIDTH:
        return False
    keys = by.split(",")
    return "commit" not in keys and not ("session" in keys and _shows_prompts(inputs.table))


def _shows_prompts(table: Table) -> bool:
    hooks = table.get("hooks") or {}
    return bool(hooks.get("record_prompts"))


def _sum_before(
    inputs: Inputs,
    source: ReportSource,
    *,
    no_store: bool,
) -> Before | None:
    """Return what as long a window right before this one cost; None where this one begins nowhere."""
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
        earlier = window._replace(
            since=window.since - length,
            until=window.since,
        )
    except OverflowError:  # before the calendar begins
        return None
    usage = read_calls(
        inputs._replace(window=earlier),
        no_store,
    )
    kept = keep_calls(usage, Filters(*inputs.filters)).records
    rows = enrich_records(
        kept,
        (),
        ladder_of(source.table),
        source.prices,
        window.zone,
    )
    return Before(add_up(rows).cost, length)


def _look_around(
    source: ReportSource,
    by: str,
    before: Before | None,
) -> Sights:
    """Return what this view shows beside the calls themselves."""
    from tierwise.report.build import Sights

    words, outcomes = _judge_outcomes(source)
    commits: Mapping[tuple[str, str], Sequence[OwnCommit]] = {}
    first_words: Mapping[str, str] = {}
    keys = by.split(",")
    if "commit" in keys:
        from tierwise.report.commits import read_commits

        commits = read_commits(source.usage.records)
    elif "session" in keys and source.root and _shows_prompts(source.table):
        first_words = _read_first_words(source, source.root)
    return Sights(commits, first_words, outcomes, words, before)


def _read_first_words(
    source: ReportSource,
    root: str,
) -> Mapping[str, str]:
    """Return what sessions of this repository began with: its policy speaks for no others."""
    from tierwise.report.repositories import find_repository
    from tierwise.transcripts.first_words import read_first_words

    own = find_repository(root)
    folders = {folder for folder in source.projects if find_repository(folder) == own}
    sessions = {item.session for item in source.usage.records if item.project in folders}
    return read_first_words(source.transcripts, sessions)


def _judge_outcomes(source: ReportSource) -> tuple[str, Mapping[str, Any]]:
    """Return how the recorded decisions ended, by the ledger alone: a line, and the document's part."""
    if not any(row.get("row") == "decision" for row in source.ledger_rows):
        return "", {}
    from tierwise.cli.commands.outcomes import join_outcomes
    from tierwise.learning.recommend import HumanCost
    from tierwise.learning.regret import judge_hindsight

    outcomes = join_outcomes(source, source.ledger_rows)
    protected = source.table["frontier_only"]["kinds"]
    found = judge_hindsight(
        outcomes,
        HumanCost(**source.table["costs"]),
        protected,
    )
    return found.describe(), found.as_json()


def make_report(
    inputs: Inputs,
    source: ReportSource,
    by: str,
    *,
    no_store: bool,
) -> Report:
    """Make the report of what was read, with what its view shows beside."""
    from tierwise.report.build import build_report
    from tierwise.report.filters import Filters, keep_calls

    usage = keep_calls(source.usage, Filters(*source.filters))
    before = _sum_before(inputs, source, no_store=no_store)
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


def render_report(
    report: Report,
    form: str,
    by: str,
) -> str:
    """Return a report in a form: ``json``, ``csv`` or the screen's."""
    if form == "json":
        from tierwise.report.document import build_document

        return json_text(build_document(report, by))
    if form == "csv":
        from tierwise.report.csvtext import csv_text

        return csv_text(report, by).removesuffix("\n")
    from tierwise.report.text import render_screen

    width = find_width()
    return fit_width(
        render_screen(report, by, width),
        width,
    )
