"""``tierwise preflight``."""

from __future__ import annotations

import click

from tierwise.checks.builtin import PREFLIGHT
from tierwise.cli.options import json_option
from tierwise.cli.stage_run import run_stage, scope_options


@click.command(name="preflight")
@scope_options
@click.option(
    "--plan", metavar="FILE", help="The plan whose files must exist; otherwise that of the plan command, or PLAN.md."
)
@json_option
@click.pass_context
def command(ctx: click.Context, everything: bool, staged: bool, since: str, plan: str | None, as_json: bool) -> None:
    """Run the checks before an implementation step.

    Files are there, dependencies are installed, nothing has drifted, what has changed so far is sound.
    Prints nothing when all is well; exit code 1 when a check says no.
    """
    run_stage(ctx, PREFLIGHT, everything=everything, staged=staged, since=since, as_json_=as_json, plan=plan)
