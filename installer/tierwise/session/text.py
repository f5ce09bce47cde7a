"""A replay's figures as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierwise.report.findings.finding import join_ends
from tierwise.session.summary import (
    LabelRow,
    PlanRow,
    ReplayDocument,
)


def format_replay(document: ReplayDocument) -> list[str]:
    """Return the lines of the screen."""
    return [
        *_format_sum(document),
        *_format_plans(document["plans"]),
        *_format_labels(document["labels"]),
        *_format_notes(document["plans"][0]),
    ]


def _format_sum(document: ReplayDocument) -> Iterator[str]:
    conversations, turns = document["conversations"], document["turns"]
    cost = f"${document['recorded_usd']:.2f}"
    yield f"Conversations: {conversations}, turns: {turns}, {cost} at list price"
    if document["is_on_top"]:
        yield "Every call is taken as one of the top tier's model."
    yield ""


def _format_plans(plans: list[PlanRow]) -> Iterator[str]:
    yield f"{'plan':<18} {'cost':>19} {'saved':>15} {'of all on top':>15}"
    for plan in plans:
        cost = join_ends(
            f"${plan['usd_low']:.2f}",
            f"${plan['usd_high']:.2f}",
        )
        saved = join_ends(
            f"{plan['saved_low']:.0%}",
            f"{plan['saved_high']:.0%}",
        )
        of_top = join_ends(
            f"{plan['saved_of_top_low']:.0%}",
            f"{plan['saved_of_top_high']:.0%}",
        )
        yield f"{plan['plan']:<18} {cost:>19} {saved:>15} {of_top:>15}"
    yield ""


def _format_labels(labels: list[LabelRow]) -> Iterator[str]:
    yield f"{'what a turn did':<18} {'turns':>5} {'cost':>9} {'saved':>12}  began on"
    for row in labels:
        if not row["turns"]:
            continue
        cost = f"${row['recorded_usd']:.2f}"
        saved = join_ends(
            f"{row['saved_low']:.0%}",
            f"{row['saved_high']:.0%}",
        )
        began = join_counts(row["tiers"])
        reacted = join_counts(row["reactions"])
        after = ""
        if reacted:
            after = f"; then {reacted}"
        yield f"{row['label']:<18} {row['turns']:>5} {cost:>9} {saved:>12}  {began}{after}"
    yield ""


def _format_notes(router: PlanRow) -> Iterator[str]:
    yield (
        f"{router['big_turns']} turns planned or edited six files or more: "
        f"{router['big_turns_begun_below_top']} would have begun below the top tier, "
        f"{router['big_turns_edited_below_top']} edited code there, "
        f"{router['big_turns_ended_below_top']} would have ended there."
    )
    yield "The range is the extra steps and tokens of another model; caches are counted."
    yield "The last two plans know afterwards which turns were large."
    if router["unpriced_calls"]:
        yield f"{router['unpriced_calls']} calls have no list price and are left out."


def join_counts(counts: Mapping[str, int]) -> str:
    """Return `frontier 2, mid 5`: names in order of the alphabet, each with its count."""
    parts = [f"{name} {counts[name]}" for name in sorted(counts)]
    return ", ".join(parts)
