"""``tierwise estimate``."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import print_json
from tierwise.domain import models
from tierwise.domain.estimate import DEFAULT_MIX, Row, estimate_mix, parse_mix, total
from tierwise.domain.kinds import AUTOMATED, KINDS
from tierwise.errors import TierwiseError
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import did_you_mean
from tierwise.policy.load import load_policy, load_preset


@click.command(name="estimate")
@click.argument("mix", nargs=-1, metavar="[KIND=COUNT[@WRITTEN/READ/OUTPUT]]...")
@json_option
def command(mix: tuple[str, ...], as_json: bool) -> None:
    """Estimate what the policy costs, with and without routing.

    The mix is tasks a day by kind of work, such as `feature=300 docs=600`; after @ the tokens of one task
    (written to the cache, read from it, output).  Without a mix: a thousand requests a day as in the
    project's seed documents.  Figures are list prices times stated token counts, not a bill.
    """
    root = repo.find_root()
    loaded = load_policy(root) if root and _has_policy(root) else load_preset()
    table = compile_table(loaded)
    tasks = [parse_mix(text) for text in mix] or list(DEFAULT_MIX)
    known = sorted({*KINDS, *AUTOMATED, *table["kinds"]})
    unknown = [task.kind for task in tasks if task.kind not in known]
    if unknown:
        remedy = f"Known: {', '.join(known)}."
        raise TierwiseError(
            f'there is no kind of work "{unknown[0]}"{did_you_mean(unknown[0], known)}',
            remedy=remedy,
        )
    rows = estimate_mix(table, tasks)
    if as_json:
        print_json(_json(table, rows))
    else:
        _print(table, rows)


def _has_policy(root: str) -> bool:
    return os.path.exists(os.path.join(root, repo.POLICY))


def _json(table: dict[str, Any], rows: list[Row]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "prices_as_of": models.as_of(),
        "baseline": f"all on {table['ladder'][-1]}",
        "rows": [asdict(row) for row in rows],
        "total": asdict(total(rows)),
    }


def _print(table: dict[str, Any], rows: list[Row]) -> None:
    top = table["ladder"][-1]
    click.echo(
        f"{'kind':<22}{'tier':<12}{'a day':>8}{'all on ' + top:>18}{'routed':>12}{'saving':>9}"
    )
    for row in [*rows, total(rows)]:
        without, routed = row.without_usd, row.routed_usd
        saving = f"{1 - routed / without:.0%}" if without and routed is not None else "?"
        money = [
            f"${value:,.2f}" if value is not None else "unpriced" for value in (without, routed)
        ]
        click.echo(
            f"{row.kind:<22}{row.tier:<12}{row.count:>8}{money[0]:>18}{money[1]:>12}{saving:>9}"
        )
    click.echo(
        f"\nList prices of {models.as_of()}; the baseline is every task on {top} ({table['tiers'][top]['model']})."
    )
