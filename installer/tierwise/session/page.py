"""A replay as one page in the report's style: no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from tierwise.report.findings.finding import money
from tierwise.report.html.page import page_style
from tierwise.report.html.svg import (
    picture,
    rect,
    share_words,
    table,
    text,
)
from tierwise.session.summary import (
    LabelRow,
    PlanRow,
    ReplayDocument,
)
from tierwise.session.text import format_replay, join_counts

_WIDTH = 960
_LEFT = 190
_ROOM = 560
"""Units of the longest bar."""

_ROW_HEIGHT = 30
_BAR_HEIGHT = _ROW_HEIGHT - 8
_MARGIN = 6
_NOTES = 4
"""Lines at the end of the text that stand below the charts."""

_GAP = 12
"""Units between a label and its bar."""


class _Bar(NamedTuple):
    """A bar of a chart, with what stands before and behind it."""

    label: str
    amount: float
    words: str


def draw_page(
    document: ReplayDocument,
    ladder: Sequence[str],
) -> str:
    """Return one HTML document that loads nothing.  ``ladder``: tiers, cheapest first."""
    title = "The main conversation, replayed"
    router = document["plans"][0]
    summary = (
        f"{document['turns']} turns, {money(document['recorded_usd'])} at list price; the session "
        f"router would have saved {_format_saved(router)}"
    )
    notes = "".join(_list_notes(document))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{page_style()}</style></head>"
        f"<body><main><header><h1>{escape(title)}</h1>"
        f'<p class="sum">{escape(summary)}</p></header>'
        f"{_draw_section('plans', 'Cost by plan', _draw_plans(document))}"
        f"{_draw_section('labels', 'Spend by what a turn did', _draw_labels(document))}"
        f"{_draw_section('confusion', 'Where turns would have begun', _draw_tiers(document, ladder))}"
        f"<footer>{notes}</footer></main></body></html>\n"
    )


def _draw_section(
    name: str,
    title: str,
    body: str,
) -> str:
    heading = f'<h2 id="{name}">{escape(title)}</h2>'
    return f'<section aria-labelledby="{name}">{heading}{body}</section>'


def _list_notes(document: ReplayDocument) -> Iterator[str]:
    for line in format_replay(document)[-_NOTES:]:
        if line:
            yield f"<p>{escape(line)}</p>"


def _draw_plans(document: ReplayDocument) -> str:
    recorded = document["recorded_usd"]
    bars = [_Bar("as it was", recorded, money(recorded))]
    rows = []
    for plan in document["plans"]:
        low = money(plan["usd_low"])
        high = money(plan["usd_high"])
        saved = _format_saved(plan)
        words = f"{high}, saved {saved}"
        bars.append(_Bar(plan["plan"], plan["usd_high"], words))
        rows.append([plan["plan"], low, high, saved])
    head = ["plan", "low", "high", "saved"]
    chart = _draw_bars(
        "plans-chart",
        "Cost by plan, high end",
        bars,
    )
    return chart + table("cost by plan", head, rows)


def _draw_labels(document: ReplayDocument) -> str:
    labels = _list_used(document)
    bars = list(map(_make_bar, labels))
    chart = _draw_bars("labels-chart", "Spend by label", bars)
    head = [
        "what a turn did",
        "turns",
        "cost",
        "saved",
        "read as",
        "reactions",
    ]
    rows = [_describe_row(row) for row in labels]
    return chart + table("spend by label", head, rows)


def _list_used(document: ReplayDocument) -> list[LabelRow]:
    return [row for row in document["labels"] if row["turns"]]


def _make_bar(row: LabelRow) -> _Bar:
    words = f"{money(row['recorded_usd'])} in {row['turns']} turns"
    return _Bar(row["label"], row["recorded_usd"], words)


def _describe_row(row: LabelRow) -> list[str]:
    return [
        row["label"],
        str(row["turns"]),
        money(row["recorded_usd"]),
        _format_saved(row),
        join_counts(row["kinds"]),
        join_counts(row["reactions"]),
    ]


def _draw_tiers(
    document: ReplayDocument,
    ladder: Sequence[str],
) -> str:
    """Draw the confusion of predicted tiers against what turns turned out to be."""
    body: list[str] = []
    rows = []
    for index, row in enumerate(_list_used(document)):
        top = index * _ROW_HEIGHT + _MARGIN
        counts = [row["tiers"].get(tier, 0) for tier in ladder]
        body.append(_draw_label(top, row["label"]))
        shares = zip(ladder, counts, strict=True)
        body += _draw_shares(row, top, shares)
        rows.append([row["label"], *map(str, counts)])
    words = f"Bars of the tiers {', '.join(ladder)}."
    height = _find_height(len(rows))
    chart = picture(
        "tiers-chart",
        _WIDTH,
        height,
        "Tiers by label",
        words,
        body,
    )
    return chart + table("turns by the tier that they began on", ["label", *ladder], rows)


def _draw_shares(
    row: LabelRow,
    top: float,
    counts: Iterable[tuple[str, int]],
) -> Iterator[str]:
    left = float(_LEFT)
    for place, (tier, count) in enumerate(counts):
        width = _ROOM * count / row["turns"]
        said = f"{row['label']}: {count} of {row['turns']} began on {tier}"
        yield rect(
            left,
            top,
            width,
            _BAR_HEIGHT,
            f"t{place}",
            said,
        )
        left += width


def _draw_bars(
    name: str,
    title: str,
    bars: Sequence[_Bar],
) -> str:
    most = max([bar.amount for bar in bars], default=0.0) or 1.0
    body: list[str] = []
    for index, bar in enumerate(bars):
        top = index * _ROW_HEIGHT + _MARGIN
        width = _ROOM * bar.amount / most
        said = f"{bar.label}: {bar.words}"
        body.append(_draw_label(top, bar.label))
        body.append(rect(_LEFT, top, width, _BAR_HEIGHT, "t0", said))
        end = _LEFT + width + 8
        body.append(text(end, top + 16, bar.words, "label"))
    words = f"Bars, the highest {money(most)}."
    height = _find_height(len(bars))
    return picture(name, _WIDTH, height, title, words, body)


def _draw_label(top: float, label: str) -> str:
    return text(_LEFT - _GAP, top + 16, label, "label", "end")


def _find_height(rows: int) -> int:
    return rows * _ROW_HEIGHT + 2 * _MARGIN


def _format_saved(row: PlanRow | LabelRow) -> str:
    return f"{share_words(row['saved_low'])} to {share_words(row['saved_high'])}"
