"""``tierwise check``."""

from __future__ import annotations

import os
import time

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.errors import NO
from tierwise.sync.machine import says_unrouted
from tierwise.sync.stamp import note_in_sync, review_if_in_sync


@click.command(name="check")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Exit 1 when a generated file has drifted from the policy.

    One line a file; nothing when all is well.  Nothing of yours is written.
    """
    root = repo.require_root()
    review = None if as_json else review_if_in_sync(root)
    drift = False
    if review is None:
        review, drift = _full_check(root, as_json)
    if _is_past(review):
        click.echo(
            f"warning: the policy was to be reviewed by {review}; look at "
            "`tierwise learn`, then set `review:` anew",
            err=True,
        )
    unrouted = says_unrouted(root, os.environ)
    if unrouted:
        click.echo(f"warning: {unrouted}", err=True)
    ctx.exit(NO if drift else 0)


def _full_check(root: str, as_json: bool) -> tuple[str, bool]:
    from tierwise.cli.show import plan_json, print_changes, print_interrupted, print_json
    from tierwise.policy.load import load_policy
    from tierwise.sync.repository import plan_sync

    print_interrupted(root)
    plan = plan_sync(root)
    date = load_policy(root).policy.review
    review = date.isoformat() if date else ""
    if as_json:
        print_json({**plan_json(plan), "review": review or None, "review_due": _is_past(review)})
    else:
        print_changes(plan.drift)
    if not plan.drift:
        note_in_sync(root, review)
    return review, bool(plan.drift)


def _is_past(review: str) -> bool:
    return bool(review) and review < time.strftime("%Y-%m-%d")
