"""``tierwise sync``."""

from __future__ import annotations

import click

from tierwise import repo
from tierwise.cli.options import (
    answer_code,
    conflict_options,
    json_option,
    read_sync_options,
)
from tierwise.cli.show import (
    plan_json,
    print_done,
    print_json,
    warn_of_machine,
)
from tierwise.sync.stamp import note_in_sync, review_if_in_sync


@click.command(name="sync")
@conflict_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    force: bool,
    adopt: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Bring the generated files up to the policy.

    Files that you have edited are kept and named; exit code 1 says that there are some.
    """
    root = repo.require_root()
    plan = None
    if force or adopt or only or as_json or review_if_in_sync(root) is None:
        from tierwise.sync.repository import sync  # with pydantic: only where it is needed

        plan = sync(
            root,
            read_sync_options(root, force, adopt, only),
        )
    warn_of_machine(root)
    if plan is None:
        return
    if as_json:
        print_json(plan_json(plan))
    else:
        print_done(plan)
    if not plan.kept:
        from tierwise.policy.load import load_policy
        from tierwise.policy.warnings import describe_policy

        # The next sync or check has nothing to render.
        note_in_sync(root, *describe_policy(load_policy(root).policy))
    ctx.exit(answer_code(not plan.kept))
