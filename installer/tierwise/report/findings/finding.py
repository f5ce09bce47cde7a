"""What a detector is given, and what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.ladder import Ladder
from tierwise.domain.table_shape import Table
from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import Prices
from tierwise.report.cascade import Cascade
from tierwise.report.efficiency import TaskCalls
from tierwise.report.rows import Row

ONE_CENT = 0.01  # dollars; smaller amounts are shown with four digits
LEAST_SHOWN = 0.00005  # what is less is shown as nothing
Patch = tuple[tuple[str, ...], str]
"""One line of the policy: where it stands, and its value as YAML."""


Evidence = tuple[Range, str]
"""What one thing cost too much, and the line that tells of it."""


class Case(msgspec.Struct, frozen=True):
    """Everything that a detector may look at."""

    rows: Sequence[Row]
    tasks: Sequence[TaskCalls]
    ledger_rows: Sequence[Mapping[str, Any]]
    table: Table
    ladder: Ladder
    prices: Prices
    cascade: Cascade
    flags: Mapping[tuple[str, str], str] = msgspec.field(default_factory=dict)


class CostFinding(msgspec.Struct, frozen=True):
    """One thing that cost more than it had to."""

    name: str
    title: str
    usd: Range
    """What it cost too much, low to high."""
    evidence: tuple[str, ...]
    """One line each, the most expensive first."""
    fix: str
    """What to do, exactly."""
    patch: tuple[Patch, ...] = ()
    """The policy's lines that do it; empty where the policy cannot."""

    def as_json(self) -> dict[str, Any]:
        """Return the shape in the JSON contract."""
        return {
            "name": self.name,
            "title": self.title,
            "low_usd": float(self.usd.low),
            "high_usd": float(self.usd.high),
            "evidence": list(self.evidence),
            "fix": self.fix,
            "patch": [{"path": list(path), "value": value} for path, value in self.patch],
        }


class EvidenceTally(msgspec.Struct):
    """What a line of evidence adds up."""

    usd: Range = Range()
    """What it cost too much."""
    spent: Decimal = Decimal(0)
    calls: int = 0
    tasks: set[str] = msgspec.field(default_factory=set)

    def add_row(
        self,
        row: Row,
        usd: Range,
    ) -> None:
        """Count calls that have a price, and what they cost too much."""
        self.usd += usd
        self.spent += row.cost or 0
        self.calls += len(row.calls.records)
        self.tasks |= row.task


def make_finding(
    name: str,
    title: str,
    evidence: Sequence[Evidence],
    fix: str,
    patch: tuple[Patch, ...] = (),
) -> CostFinding | None:
    """Make a finding that cost what its evidence cost; None without any."""
    if not evidence:
        return None
    usd = sum((cost for cost, _ in evidence), Range())
    return CostFinding(
        name,
        title,
        usd,
        _list_most_expensive(evidence),
        fix,
        patch,
    )


ENOUGH_TASKS = 3
"""Tasks behind a line for the policy, at least: one that went astray says little of the next."""


def keep_founded(lines: Mapping[Patch, Collection[str]]) -> tuple[Patch, ...]:
    """Return the lines for the policy that enough tasks speak for; ``lines`` has the tasks behind each."""
    return tuple(line for line, tasks in lines.items() if len(tasks) >= ENOUGH_TASKS)


SHOWN = 5
"""Lines of evidence kept for one finding."""


def count(number: int, what: str) -> str:
    """Return ``1 call``, ``2 calls``, ``3 switches``."""
    if number == 1:
        return f"1 {what}"
    if what.endswith("ch"):
        return f"{number:,} {what}es"
    return f"{number:,} {what}s"


def money(amount: object) -> str:
    """Return US dollars for a line of text: two places, four below a cent."""
    number = float(amount)  # type: ignore[arg-type]
    if abs(number) < LEAST_SHOWN:
        return "$0.00"
    if number < 0:
        return f"-{money(-number)}"
    if 0 < number < ONE_CENT:
        return f"${number:.4f}"
    return f"${number:,.2f}"


def _list_most_expensive(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return evidence by what it cost, the most expensive first, with how much is left out."""
    ordered = sorted(
        evidence,
        key=lambda item: (-item[0].high, item[1]),
    )
    told = [text for _, text in ordered[:SHOWN]]
    left = len(ordered) - SHOWN
    if left > 0:
        told.append(f"and {left} more")
    return tuple(told)


def span(amount: Range) -> str:
    """Return a range of dollars as text."""
    low = money(max(amount.low, Decimal(0)))
    return join_ends(low, money(amount.high), "–")


def join_ends(
    low: str,
    high: str,
    between: str = " to ",
) -> str:
    """Return both ends of a range, or the one that both are."""
    if low == high:
        return low
    return f"{low}{between}{high}"
