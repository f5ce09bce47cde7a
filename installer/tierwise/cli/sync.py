"""``tierwise sync``."""

from __future__ import annotations

import click

from tierwise import repo
from tierwise.cli.options import conflict_options, json_option, wishes
from tierwise.cli.show import plan_json, print_done, print_json
from tierwise.errors import NO
from tierwise.sync.stamp import review_if_in_sync


@click.command(name="sync")
@conflict_options
@json_option
@click.pass_context
def command(
    ctx: click.Context, force: bool, adopt: bool, only: tuple[str, ...], as_json: bool
) -> None:
    """Bring the generated files up to the policy.

    Files that you have edited are kept and named; exit code 1 says that there are some.
    """
    root = repo.require_root()
    if not (force or adopt or only or as_json) and review_if_in_sync(root) is not None:
        return
    from tierwise.sync.repository import sync  # with pydantic: only where there is something to do

    plan = sync(root, wishes(root, force, adopt, only))
    if as_json:
        print_json(plan_json(plan))
    else:
        print_done(plan)
    ctx.exit(NO if plan.kept else 0)
