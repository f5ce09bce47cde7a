"""A team's report as one page: the document's figures, a bar for each group, and the table behind them."""

from __future__ import annotations

from tierwise.report.findings.finding import money
from tierwise.report.html.bars import (
    describe_spend,
    draw_bars,
    plain_bar,
)
from tierwise.report.html.frame import write_page, write_section
from tierwise.report.html.svg import table
from tierwise.report.text import format_cost, window_words
from tierwise.report.window import Window
from tierwise.teams.report import (
    Document,
    list_lines,
    team_screen,
)

BARS = 20
"""Groups that get a bar of their own; all are in the table."""


def team_page(document: Document, window: Window) -> str:
    """Return one HTML document that loads nothing."""
    section = write_section(
        f"Spend by {document['by']}",
        _draw_groups(document) + _list_rows(document),
    )
    return write_page(
        f"Spend of the team {window_words(window)}",
        format_cost(document["total"]["cost_usd"]),
        section,
        _list_figures(document, window),
    )


def _draw_groups(document: Document) -> str:
    bars = []
    for row in document["rows"]:
        if row["cost_usd"]:
            cost = money(row["cost_usd"])
            bars.append(plain_bar(str(row["key"]), row["cost_usd"], cost))
    return draw_bars(
        "groups-chart",
        f"Spend by {document['by']}",
        describe_spend(bars[:BARS]),
        bars[:BARS],
    )


def _list_rows(document: Document) -> str:
    by = str(document["by"])
    head = [
        by,
        "cost",
        "messages",
        "input",
        "output",
        "cache read",
    ]
    cells = [
        [
            str(row["key"]),
            format_cost(row["cost_usd"]),
            f"{row['messages']:,}",
            f"{row['input_tokens']:,}",
            f"{row['output_tokens']:,}",
            f"{row['cache_read_tokens']:,}",
        ]
        for row in list_lines(document)
    ]
    return table(f"spend by {by}", head, cells)


def _list_figures(document: Document, window: Window) -> list[str]:
    """Return what the first screen says beside its table."""
    parts = team_screen(document, window).split("\n\n")
    lines = [*parts[1].splitlines(), *parts[-1].splitlines()]
    return [" ".join(line.split()) for line in lines]
