"""One call in one transcript, for fixtures that are reckoned by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.support.transcripts import (
    Call,
    project,
)

from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage, UsageRecord

# 1000 in, 200 out on Opus 5.5: 1000 * $4/M + 200 * $20/M
CALL = Call("msg_1", "s1", input=1000, output=200)
COST = Decimal("0.008")


def main_file(root: Path, session: str = "s1") -> Path:
    """Return a session's main transcript."""
    return project(root) / f"{session}.jsonl"


def cost_of(read: Usage) -> Decimal:
    """Return what everything costs that has a price."""
    prices = load_prices()
    return sum((price(record, prices).cost or Decimal(0) for record in read.records), Decimal(0))


def only_record(root: Path) -> UsageRecord:
    """Return the one call that there is."""
    (record,) = read_usage([root]).records
    return record
