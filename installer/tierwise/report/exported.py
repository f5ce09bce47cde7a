"""A developer's records as a table of their own: what teams add up."""

from __future__ import annotations

import csv
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import datetime, timezone
from decimal import Decimal
from typing import TextIO

from tierwise.domain.ladder import Ladder
from tierwise.pricing.prices import Prices
from tierwise.report.counterfactual import on_tier
from tierwise.report.efficiency import (
    find_right_rank,
    flag_of_row,
)
from tierwise.report.one_cache import keep_one_model
from tierwise.report.rows import (
    NO_EFFORT,
    UNKNOWN,
    Row,
    find_height,
    name_task,
)
from tierwise.shown import neutralise_cell

COLUMNS: dict[str, str] = {
    "developer": "text",
    "message_id": "text",
    "session": "text",
    "time": "text",
    "day": "text",
    "model": "text",
    "tier": "text",
    "agent": "text",
    "task": "text",
    "domain": "text",
    "project": "text",
    "folder": "text",
    "branch": "text",
    "effort": "text",
    "messages": "count",
    "input_tokens": "count",
    "output_tokens": "count",
    "cache_write_5m_tokens": "count",
    "cache_write_1h_tokens": "count",
    "cache_read_tokens": "count",
    "web_searches": "count",
    "cost_usd": "money",
    "unpriced_tokens": "count",
    "top_low_usd": "money",
    "top_high_usd": "money",
    "decided_tier": "text",
    "routable": "count",
    "at_or_below": "count",
    "output_lower_bound": "count",
    "prices": "text",
    "flag": "text",
}
"""Name and kind of every column, in order: ``text``, ``count`` (a whole number) or ``money`` (US dollars, or empty)."""

Cell = str | int | Decimal | None


def table_rows(
    rows: Sequence[Row],
    ladder: Ladder,
    prices: Prices,
    developer: str,
    flags: Mapping[tuple[str, str], str],
) -> Iterator[tuple[Cell, ...]]:
    """Yield one tuple a call, in the order of :data:`COLUMNS`.

    ``flags`` are the judgements on tasks (:func:`tierwise.report.efficiency.read_flags`).  ``top_low_usd`` and
    ``top_high_usd`` are what it would have cost on the top tier: so a team's saving is added up without prices.
    """
    for row, steady in zip(rows, keep_one_model(rows), strict=True):
        record = row.record
        flag = flag_of_row(row, flags)
        yield (
            developer,
            record.message_id,
            record.session,
            _write_time(record.timestamp),
            row.day,
            record.model,
            row.tier,
            record.agent,
            name_task(record),
            row.domain,
            row.project,
            record.project or UNKNOWN,
            record.branch or UNKNOWN,
            record.effort or NO_EFFORT,
            row.messages,
            record.input_tokens,
            record.output_tokens,
            record.cache_write_5m_tokens,
            record.cache_write_1h_tokens,
            record.cache_read_tokens,
            record.web_searches,
            row.cost,
            row.unpriced_tokens,
            *_price_on_top(row, steady, ladder, prices),
            *_judge_tier(row, flag, ladder),
            int(record.output_lower_bound),
            prices.version,
            flag,
        )


def _write_time(timestamp: int) -> str:
    moment = datetime.fromtimestamp(
        timestamp / 1000,
        timezone.utc,
    )
    return moment.isoformat(timespec="milliseconds")


def _judge_tier(
    row: Row,
    flag: str,
    ladder: Ladder,
) -> tuple[str, int, int]:
    """Return the decided tier, and as 0 or 1 whether a tier is right and whether the call ran at or below it."""
    decided = ""
    if row.decision and not row.record.is_main:
        decided = row.decision.tier
    height = find_height(row, ladder)
    rank = height
    if rank is None:
        rank = len(ladder.names)
    right = find_right_rank(rank, decided, flag, ladder)
    if right is None:
        return decided, 0, 0
    is_good = height is not None and height <= right
    return decided, 1, int(is_good)


def _written_cell(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return f"{cell:.12f}"
    return neutralise_cell(cell)


def write_csv(
    rows: Iterable[tuple[Cell, ...]],
    target: TextIO,
) -> int:
    """Write a header and the rows; return how many rows.  Money has twelve decimals, an absent one is empty."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([_written_cell(cell) for cell in row])
        count += 1
    return count


def _price_on_top(
    row: Row, steady: Row, ladder: Ladder, prices: Prices
) -> tuple[Decimal | None, Decimal | None]:
    """Return what a call would have cost on the top tier, low and high; None where it has no price."""
    if row.cost is None:
        return None, None
    there = on_tier(row, steady, ladder.top, ladder, prices)
    if there is None:
        return None, None
    return there.low, there.high
