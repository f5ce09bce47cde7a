"""Holding what a call in a pipeline may spend, and settling it, as rows of the ledger."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise import ledger
from tierwise.ci.spend import (
    BEFORE,
    COST,
    HOLD,
    Spend,
    find_allowance,
    find_pull_request,
    read_limits,
    read_spend,
)
from tierwise.domain.ledger_rows import read_amount
from tierwise.domain.table_shape import Table

_DIGITS = 10


@dataclass(frozen=True)
class Hold:
    """A call that may begin, and spend ``limit_usd`` at most."""

    id: str
    pull_request: str
    limit_usd: float


def load_spend(root: str, environ: Mapping[str, str]) -> Spend:
    """Return what the pipeline's pull request has spent."""
    return read_spend(
        ledger.read(root),
        find_pull_request(environ),
    )


def hold_call(
    root: str,
    table: Table,
    name: str,
    wanted_usd: float,
    environ: Mapping[str, str],
) -> Hold:
    """Hold what a call may spend, before it begins.

    Raises SpendRefusedError where it may not begin, OSError where the ledger cannot be written.
    """
    pull_request = find_pull_request(environ)
    with ledger.Log(
        root, size=ledger.size_of(table)
    ) as log:  # locked: no two calls take the same rest
        spend = read_spend(ledger.read(root), pull_request)
        limit = find_allowance(
            read_limits(table),
            spend,
            wanted_usd,
        )
        hold = Hold(os.urandom(8).hex(), pull_request, limit)
        row = {
            "row": HOLD,
            "pull_request": pull_request,
            "hold": hold.id,
            "name": name,
            "limit_usd": limit,
        }
        log.write(row)
    return hold


def settle_call(
    root: str,
    hold: Hold,
    usd: float | None,
) -> None:
    """Note what a held call cost; None where that cannot be known."""
    cost = usd
    if cost is not None:
        cost = round(cost, _DIGITS)
    row = {
        "row": COST,
        "pull_request": hold.pull_request,
        "hold": hold.id,
        "usd": cost,
    }
    ledger.append(root, row)


def find_open_hold(
    root: str,
    name: str,
    environ: Mapping[str, str],
) -> Hold | None:
    """Return the newest call of this name that nobody has settled."""
    spend = load_spend(root, environ)
    for hold, call in reversed(spend.calls.items()):
        if call.name == name and not call.is_settled:
            return Hold(
                hold,
                spend.pull_request,
                call.limit_usd,
            )
    return None


def note_before(
    root: str,
    environ: Mapping[str, str],
    usd: float,
    unknown: Sequence[str] = (),
) -> None:
    """Note what the earlier jobs of the pipeline's pull request have spent."""
    row = {
        "row": BEFORE,
        "pull_request": find_pull_request(environ),
        "usd": usd,
        "unknown": list(unknown),
    }
    ledger.append(root, row)


def sum_asked(root: str, hold: Hold) -> float:
    """Return US dollars that questions about the kind of work (rows `ask`) have cost since a run was held."""
    costs = []
    is_since = False
    for row in ledger.read(root):
        if row.get("hold") == hold.id:
            is_since = True
        elif is_since and row.get("row") == "ask" and row.get("where") == "run":
            costs.append(read_amount(row.get("usd")) or 0.0)
    return math.fsum(costs)
