"""``tierwise check``."""

from __future__ import annotations

import os

import click

from tierwise import repo
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.show import print_error_line
from tierwise.domain.review import is_review_due
from tierwise.sync.machine import says_unrouted
from tierwise.sync.stamp import note_in_sync, read_note


@click.command(name="check")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Exit 1 when a generated file has drifted from the policy.

    One line a file; nothing when all is well.  Nothing of yours is written.
    """
    root = repo.require_root()
    noted = None
    if not as_json:
        noted = read_note(root)
    drift = False
    if noted is None:
        review, warnings, drift = _full_check(root, as_json)
    else:
        review, warnings = noted
    if is_review_due(review):
        _remind_of_review(root, review)
    for warning in warnings:
        print_error_line(f"warning: {warning}")
    unrouted = says_unrouted(root, os.environ)
    if unrouted:
        print_error_line(f"warning: {unrouted}")
    ctx.exit(answer_code(not drift))


def _remind_of_review(root: str, review: str) -> None:
    """Say that a review is due, and what the ledger speaks for."""
    from tierwise.cli.commands.learn import recommend_by_ledger

    click.echo(
        f"warning: the policy was to be reviewed by {review}; look at "
        "`tierwise learn`, then set `review:` anew",
        err=True,
    )
    for answer in recommend_by_ledger(root):
        if answer.direction != "none":
            change = f"{answer.title}: {answer.present} -> {answer.proposed}"
            print_error_line(f"  {change}: {answer.reason}")


def _full_check(
    root: str,
    as_json: bool,
) -> tuple[str, list[str], bool]:
    from tierwise.cli.show import (
        plan_json,
        print_drift,
        print_interrupted,
        print_json,
    )
    from tierwise.policy.load import load_policy
    from tierwise.policy.warnings import describe_policy
    from tierwise.sync.repository import plan_sync

    print_interrupted(root)
    plan = plan_sync(root)
    review, warnings = describe_policy(load_policy(root).policy)
    if as_json:
        due = {"review": review or None, "review_due": is_review_due(review)}
        print_json({**plan_json(plan), **due, "warnings": warnings})
    else:
        print_drift(plan)
    if not plan.drift:
        note_in_sync(root, review, warnings)
    return review, warnings, bool(plan.drift)
