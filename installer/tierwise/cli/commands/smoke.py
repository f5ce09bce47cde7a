"""``tierwise smoke``."""

from __future__ import annotations

import click

from tierwise.cli.options import json_option
from tierwise.cli.stage_run import (
    FileScope,
    run_stage,
    scope_options,
)
from tierwise.domain.check_names import SMOKE


@click.command(name="smoke")
@scope_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    everything: bool,
    staged: bool,
    since: str | None,
    as_json: bool,
) -> None:
    """Run the checks after an implementation step.

    The same checks and the commands that the policy lists for this stage, such as the tests.
    Prints nothing when all is well; exit code 1 when a check says no.
    """
    run_stage(
        ctx,
        SMOKE,
        FileScope(everything, staged, since or ""),
        as_json=as_json,
    )
