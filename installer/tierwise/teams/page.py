"""A team's report as one page: the document's figures, a bar for each group, and the table behind them."""

from __future__ import annotations

from html import escape

from tierwise.report.findings.finding import money
from tierwise.report.html.page import page_style
from tierwise.report.html.svg import (
    picture,
    rect,
    short,
    table,
    text,
)
from tierwise.report.text import window_words
from tierwise.report.window import Window
from tierwise.teams.report import (
    Document,
    format_cost,
    list_lines,
    team_screen,
)

BARS = 20
"""Groups that get a bar of their own; all are in the table."""

_LEFT = 190
_WIDTH = 960
_ROOM = 620
"""Units of the longest bar."""

_ROW_HEIGHT = 30


def team_page(document: Document, window: Window) -> str:
    """Return one HTML document that loads nothing."""
    title = escape(f"Spend of the team {window_words(window)}")
    by = str(document["by"])
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{page_style()}</style></head>"
        f"<body><main><header><h1>{title}</h1>"
        f'<p class="sum">{escape(format_cost(document["total"]["cost_usd"]))}</p></header>'
        f'<section aria-labelledby="groups"><h2 id="groups">Spend by {escape(by)}</h2>'
        f"{_draw_bars(document)}{_list_rows(document)}</section>"
        f"<footer>{_list_figures(document, window)}</footer></main></body></html>\n"
    )


def _draw_bars(document: Document) -> str:
    spent = [row for row in document["rows"] if row["cost_usd"]]
    rows = spent[:BARS]
    most = max((row["cost_usd"] for row in rows), default=1.0)
    body: list[str] = []
    for index, row in enumerate(rows):
        key = str(row["key"])
        cost = money(row["cost_usd"])
        top = index * _ROW_HEIGHT + 6
        baseline = top + 16
        width = _ROOM * row["cost_usd"] / most
        name = short(key, 22)
        body.append(text(_LEFT - 12, baseline, name, "label", "end"))
        body.append(rect(_LEFT, top, width, _ROW_HEIGHT - 8, "t0", f"{key}: {cost}"))
        body.append(text(_LEFT + width + 8, baseline, cost, "label"))
    height = len(rows) * _ROW_HEIGHT + 12
    title = f"Spend by {document['by']}"
    words = "Nothing was spent."
    if rows:
        words = f"Bars of spend, the highest {money(most)}."
    return picture(
        "groups-chart",
        _WIDTH,
        height,
        title,
        words,
        body,
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


def _list_figures(document: Document, window: Window) -> str:
    """Return what the first screen says beside its table, a paragraph a line."""
    parts = team_screen(document, window).split("\n\n")
    lines = [*parts[1].splitlines(), *parts[-1].splitlines()]
    paragraphs = []
    for line in lines:
        words = " ".join(line.split())
        paragraphs.append(f"<p>{escape(words)}</p>")
    return "".join(paragraphs)
