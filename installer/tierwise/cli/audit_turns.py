"""The turns of main conversations, as `tierwise audit` shows them."""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any

from tierwise.domain.ledger_rows import read_text
from tierwise.loose import list_mappings
from tierwise.report.routed_turns import sum_routed_turns

Row = Mapping[str, Any]


def list_turns(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of turns among the ledger's."""
    return [row for row in rows if row.get("row") == "turn"]


def describe_turns(
    turns: Sequence[Row],
    last: int,
) -> Iterator[str]:
    """Yield a line for each of the last turns, and one with what routing them saved."""
    if not turns:
        return
    yield "turns of the main conversation:"
    for row in turns[-last:]:
        yield f"  {_describe_turn(row)}"
    routed = sum_routed_turns(turns)
    if routed.turns:
        yield routed.describe()


def _describe_turn(row: Row) -> str:
    cost = row.get("cost_usd")
    models = [str(one.get("model")) for one in list_mappings(row.get("served"))]
    parts = [
        read_text(row, "time")[:19],
        f"{row.get('tier') or '-'} ({row.get('routing')})",
        f"{row.get('kind') or '-'} -> {row.get('label')}",
        ", ".join(models) or "no request",
    ]
    if isinstance(cost, (int, float)):
        parts.append(f"${cost:.4f}")
    reason = row.get("fault") or row.get("reason")
    if reason:
        parts.append(str(reason))
    return "  ".join(parts)
