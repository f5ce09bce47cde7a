"""A replay as one page in the report's style: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.report.findings.finding import money
from tierwise.report.html.bars import (
    Bar,
    BarPart,
    describe_spend,
    draw_bars,
    plain_bar,
)
from tierwise.report.html.frame import write_page, write_section
from tierwise.report.html.svg import share_words, table
from tierwise.session.summary import (
    LabelRow,
    PlanRow,
    ReplayDocument,
)
from tierwise.session.text import format_replay, join_counts

_NOTES = 4
"""Lines at the end of the text that stand below the charts."""


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
    sections = [
        write_section("Cost by plan", _draw_plans(document)),
        write_section("Spend by what a turn did", _draw_labels(document)),
        write_section("Where turns would have begun", _draw_tiers(document, ladder)),
    ]
    notes = filter(None, format_replay(document)[-_NOTES:])
    return write_page(title, summary, "".join(sections), notes)


def _draw_plans(document: ReplayDocument) -> str:
    recorded = document["recorded_usd"]
    bars = [plain_bar("as it was", recorded, money(recorded))]
    rows = []
    for plan in document["plans"]:
        low = money(plan["usd_low"])
        high = money(plan["usd_high"])
        saved = _format_saved(plan)
        words = f"{high}, saved {saved}"
        bars.append(plain_bar(plan["plan"], plan["usd_high"], words))
        rows.append([plan["plan"], low, high, saved])
    head = ["plan", "low", "high", "saved"]
    chart = draw_bars(
        "plans-chart",
        "Cost by plan, high end",
        describe_spend(bars),
        bars,
    )
    return chart + table("cost by plan", head, rows)


def _draw_labels(document: ReplayDocument) -> str:
    bars = []
    rows = []
    for row in _list_used(document):
        cost = money(row["recorded_usd"])
        words = f"{cost} in {row['turns']} turns"
        bars.append(plain_bar(row["label"], row["recorded_usd"], words))
        rows.append(
            [
                row["label"],
                str(row["turns"]),
                cost,
                _format_saved(row),
                join_counts(row["kinds"]),
                join_counts(row["reactions"]),
            ]
        )
    chart = draw_bars(
        "labels-chart",
        "Spend by label",
        describe_spend(bars),
        bars,
    )
    head = [
        "what a turn did",
        "turns",
        "cost",
        "saved",
        "read as",
        "reactions",
    ]
    return chart + table("spend by label", head, rows)


def _list_used(document: ReplayDocument) -> list[LabelRow]:
    return [row for row in document["labels"] if row["turns"]]


def _draw_tiers(
    document: ReplayDocument,
    ladder: Sequence[str],
) -> str:
    """Draw the confusion of predicted tiers against what turns turned out to be."""
    bars = []
    rows = []
    for row in _list_used(document):
        counts = [row["tiers"].get(tier, 0) for tier in ladder]
        parts = []
        for place, (tier, count) in enumerate(zip(ladder, counts, strict=True)):
            said = f"{row['label']}: {count} of {row['turns']} began on {tier}"
            parts.append(BarPart(count / row["turns"], f"t{place}", said))
        bars.append(Bar(row["label"], parts))
        rows.append([row["label"], *map(str, counts)])
    chart = draw_bars(
        "tiers-chart",
        "Tiers by label",
        f"Bars of the tiers {', '.join(ladder)}.",
        bars,
    )
    return chart + table("turns by the tier that they began on", ["label", *ladder], rows)


def _format_saved(row: PlanRow | LabelRow) -> str:
    return f"{share_words(row['saved_low'])} to {share_words(row['saved_high'])}"
