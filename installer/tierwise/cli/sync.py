"""``tierwise sync``."""

from __future__ import annotations

import os

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
    print_error_line,
    print_json,
)
from tierwise.sync.machine import set_up_machine
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
    for problem in set_up_machine(root, os.environ):
        print_error_line(f"warning: {problem}")
    if plan is None:
        return
    if as_json:
        print_json(plan_json(plan))
    else:
        print_done(plan)
    if not plan.kept:
        _note_in_sync(root)  # the next sync or check has nothing to render
    ctx.exit(answer_code(not plan.kept))


def _note_in_sync(root: str) -> None:
    from tierwise.policy.load import load_policy
    from tierwise.policy.warnings import list_warnings

    policy = load_policy(root).policy
    review = ""
    if policy.review:
        review = policy.review.isoformat()
    note_in_sync(root, review, list_warnings(policy))
