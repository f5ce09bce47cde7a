"""``tierwise estimate``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import print_json, print_line
from tierwise.domain import models
from tierwise.domain.estimate import (
    DEFAULT_MIX,
    EstimateRow,
    add_rows,
    estimate_mix,
    parse_mix,
)
from tierwise.domain.kinds import AUTOMATED, KINDS
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import did_you_mean
from tierwise.policy.load import load_policy, load_preset
from tierwise.shown import find_width, fit_width

_COLUMNS = ("{:<19}", "{:<11}", "{:>6}", "{:>20}", "{:>11}", "{:>10}")
_LEFT_OUT = (3, 2, 1)  # of the columns, in this order, where a terminal is too narrow for all


@click.command(name="estimate")
@click.argument("mix", nargs=-1, metavar="[KIND=COUNT[@WRITTEN/READ/OUTPUT]]...")
@json_option
def command(mix: tuple[str, ...], as_json: bool) -> None:
    """Estimate what the policy costs, with and without routing.

    The mix is tasks a day by kind of work, such as `feature=300 docs=600`; after @ the tokens of one task
    (written to the cache, read from it, output) where the policy sends it.  Without a mix: a thousand requests
    a day as in the project's seed documents.  Figures are list prices times stated token counts, not a bill;
    "all on" the top tier is a range by the same factors as in the report.
    """
    root = repo.find_root()
    loaded = load_preset()
    if root and repo.has_policy(root):
        loaded = load_policy(root)
    table = compile_table(loaded)
    tasks = [parse_mix(text) for text in mix] or list(DEFAULT_MIX)
    known = sorted({*KINDS, *AUTOMATED, *table["kinds"]})
    unknown = [task.kind for task in tasks if task.kind not in known]
    if unknown:
        raise TierwiseError(
            f'there is no kind of work "{unknown[0]}"{did_you_mean(unknown[0], known)}',
            remedy=f"Known: {', '.join(known)}.",
        )
    rows = estimate_mix(table, tasks)
    if as_json:
        print_json(_make_json(table, rows))
    else:
        _print_estimate(table, rows)


def _make_json(
    table: Table,
    rows: list[EstimateRow],
) -> dict[str, Any]:
    return {
        "schema_version": 2,
        "prices_as_of": models.as_of(),
        "baseline": f"all on {table['ladder'][-1]}",
        "rows": [asdict(row) for row in rows],
        "total": asdict(add_rows(rows)),
    }


def _print_estimate(
    table: Table,
    rows: list[EstimateRow],
) -> None:
    top = table["ladder"][-1]
    width = find_width()
    for line in list_table_lines(rows, top, width):
        print_line(line)
    words = (
        f"\nList prices of {models.as_of()}; the baseline is every task on {top}\n"
        f"({table['tiers'][top]['model']}): other turns and tokenizers make it a range."
    )
    click.echo(fit_width(words, width))


def list_table_lines(
    rows: Sequence[EstimateRow],
    top: str,
    width: int,
) -> list[str]:
    """List the lines of the table, with as many of its columns as ``width`` characters hold."""
    heads = ("kind", "tier", "a day", f"all on {top}", "routed", "saved")
    lines = [heads, *map(_list_cells, [*rows, add_rows(rows)])]
    shown = _fit_columns(width)
    return [_join_cells(cells, shown) for cells in lines]


def _join_cells(cells: Sequence[str], shown: Sequence[int]) -> str:
    columns = [_COLUMNS[place].format(cells[place]) for place in shown]
    return "".join(columns)


def _list_cells(row: EstimateRow) -> tuple[str, ...]:
    return (
        row.kind,
        row.tier,
        str(row.count),
        _format_range(row),
        _format_usd(row.routed_usd),
        _format_share(row),
    )


def _fit_columns(width: int) -> list[int]:
    shown = list(range(len(_COLUMNS)))
    for place in _LEFT_OUT:
        if sum(len(_COLUMNS[column].format("")) for column in shown) > width:
            shown.remove(place)
    return shown


def _format_range(row: EstimateRow) -> str:
    if row.without_low_usd is None or row.without_high_usd is None:
        return _format_usd(None)
    return _join_range(
        _format_usd(row.without_low_usd),
        _format_usd(row.without_high_usd),
    )


def _format_usd(amount: float | None) -> str:
    if amount is None:
        return "unpriced"
    return f"${amount:,.2f}"


def _format_share(row: EstimateRow) -> str:
    share = row.saved_share
    if share is None:
        return "?"
    low, high = share
    return _join_range(f"{low:.0%}", f"{high:.0%}")


def _join_range(low: str, high: str) -> str:
    if low == high:
        return low
    return f"{low}–{high}"
