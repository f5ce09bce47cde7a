"""``tierwise smoke``."""

from __future__ import annotations

import click

from tierwise.checks.registry import SMOKE
from tierwise.cli.options import json_option
from tierwise.cli.stage_run import run_stage, scope_options


@click.command(name="smoke")
@scope_options
@json_option
@click.pass_context
def command(ctx: click.Context, everything: bool, staged: bool, since: str, as_json: bool) -> None:
    """Run the checks after an implementation step.

    The same checks and the commands that the policy lists for this stage, such as the tests.
    Prints nothing when all is well; exit code 1 when a check says no.
    """
    run_stage(ctx, SMOKE, everything=everything, staged=staged, since=since, as_json_=as_json)
