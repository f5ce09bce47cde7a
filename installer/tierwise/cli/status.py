"""``tierwise status``."""

from __future__ import annotations

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import plan_json, print_changes, print_json
from tierwise.sync.repository import plan_sync


@click.command(name="status")
@click.option("--all", "everything", is_flag=True, help="Also list what is in sync.")
@json_option
def command(everything: bool, as_json: bool) -> None:
    """Say what is in sync and what is not."""
    root = repo.require_root()
    plan = plan_sync(root)
    if as_json:
        print_json({"root": root, **plan_json(plan)})
        return
    same = sum(change.status == "same" for change in plan.changes)
    click.echo(f"{root}: {same} of {len(plan.changes)} files in sync")
    print_changes(plan.changes if everything else plan.drift)
