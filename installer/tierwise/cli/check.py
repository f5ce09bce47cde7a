"""``tierwise check``."""

from __future__ import annotations

import datetime

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import plan_json, print_changes, print_json
from tierwise.errors import NO
from tierwise.policy.load import load_policy
from tierwise.sync.repository import plan_sync


@click.command(name="check")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Exit 1 when a generated file has drifted from the policy.

    One line a file; nothing when all is well.  Reads only.
    """
    root = repo.require_root()
    plan = plan_sync(root)
    review = load_policy(root).policy.review
    due = review is not None and review < datetime.date.today()
    if as_json:
        print_json({**plan_json(plan), "review": review, "review_due": due})
    else:
        print_changes(plan.drift)
    if due:
        click.echo(f"warning: the policy was to be reviewed by {review}; look at it, then set `review:` anew", err=True)
    ctx.exit(NO if plan.drift else 0)
