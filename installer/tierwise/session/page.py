"""A replay as one page in the report's style: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tierwise.report.findings.finding import money
from tierwise.report.html.page import page_style
from tierwise.report.html.svg import picture, rect, share_words, table, text
from tierwise.session.summary import LabelRow, PlanRow, ReplayDocument
from tierwise.session.text import format_replay

_WIDTH = 960
_LEFT = 190
_ROOM = 560
"""Units of the longest bar."""

_ROW_HEIGHT = 30


def draw_page(document: ReplayDocument, ladder: Sequence[str]) -> str:
    """Return one HTML document that loads nothing.  ``ladder``: tiers, cheapest first."""
    title = "The main conversation, replayed"
    router = document["plans"][0]
    summary = (
        f"{document['turns']} turns, {money(document['recorded_usd'])} at list price; the session "
        f"router would have saved {_format_saved(router)}"
    )
    notes = "".join(f"<p>{escape(line)}</p>" for line in format_replay(document)[-4:] if line)
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


def _draw_section(name: str, title: str, body: str) -> str:
    heading = f'<h2 id="{name}">{escape(title)}</h2>'
    return f'<section aria-labelledby="{name}">{heading}{body}</section>'


def _draw_plans(document: ReplayDocument) -> str:
    plans = document["plans"]
    bars = [("as it was", document["recorded_usd"], money(document["recorded_usd"]))]
    for plan in plans:
        words = f"{money(plan['usd_high'])}, saved {_format_saved(plan)}"
        bars.append((plan["plan"], plan["usd_high"], words))
    rows = [
        [plan["plan"], money(plan["usd_low"]), money(plan["usd_high"]), _format_saved(plan)]
        for plan in plans
    ]
    shown = table("cost by plan", ["plan", "low", "high", "saved"], rows)
    return _draw_bars("plans-chart", "Cost by plan, high end", bars) + shown


def _draw_labels(document: ReplayDocument) -> str:
    labels = [row for row in document["labels"] if row["turns"]]
    bars = [(row["label"], row["recorded_usd"], _describe_label(row)) for row in labels]
    rows = [
        [
            row["label"],
            str(row["turns"]),
            money(row["recorded_usd"]),
            f"{share_words(row['saved_low'])} to {share_words(row['saved_high'])}",
            _join_counts(row["kinds"]),
            _join_counts(row["reactions"]),
        ]
        for row in labels
    ]
    head = ["what a turn did", "turns", "cost", "saved", "read as", "reactions"]
    return _draw_bars("labels-chart", "Spend by label", bars) + table("spend by label", head, rows)


def _draw_tiers(document: ReplayDocument, ladder: Sequence[str]) -> str:
    """Draw the confusion of predicted tiers against what turns turned out to be."""
    labels = [row for row in document["labels"] if row["turns"]]
    body: list[str] = []
    for index, row in enumerate(labels):
        top = index * _ROW_HEIGHT + 6
        body.append(text(_LEFT - 12, top + 16, row["label"], "label", "end"))
        left = float(_LEFT)
        for place, tier in enumerate(ladder):
            count = row["tiers"].get(tier, 0)
            width = _ROOM * count / row["turns"]
            said = f"{row['label']}: {count} of {row['turns']} began on {tier}"
            body.append(rect(left, top, width, _ROW_HEIGHT - 8, f"t{place}", said))
            left += width
    rows = [[row["label"], *(str(row["tiers"].get(tier, 0)) for tier in ladder)] for row in labels]
    words = f"Bars of the tiers {', '.join(ladder)}."
    height = len(labels) * _ROW_HEIGHT + 12
    title = "Tiers by label"
    chart = picture("tiers-chart", _WIDTH, height, title, words, body)
    return chart + table("turns by the tier that they began on", ["label", *ladder], rows)


def _draw_bars(name: str, title: str, bars: Sequence[tuple[str, float, str]]) -> str:
    most = max((amount for _, amount, _ in bars), default=0.0) or 1.0
    body: list[str] = []
    for index, (label, amount, words) in enumerate(bars):
        top = index * _ROW_HEIGHT + 6
        width = _ROOM * amount / most
        body.append(text(_LEFT - 12, top + 16, label, "label", "end"))
        body.append(rect(_LEFT, top, width, _ROW_HEIGHT - 8, "t0", f"{label}: {words}"))
        body.append(text(_LEFT + width + 8, top + 16, words, "label"))
    height = len(bars) * _ROW_HEIGHT + 12
    return picture(name, _WIDTH, height, title, f"Bars, the highest {money(most)}.", body)


def _describe_label(row: LabelRow) -> str:
    return f"{money(row['recorded_usd'])} in {row['turns']} turns"


def _format_saved(plan: PlanRow) -> str:
    return f"{share_words(plan['saved_low'])} to {share_words(plan['saved_high'])}"


def _join_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
