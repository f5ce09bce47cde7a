"""``tierwise preflight``."""

from __future__ import annotations

import os

import click

from tierwise import repo
from tierwise.checks.registry import PREFLIGHT
from tierwise.cli.options import json_option
from tierwise.cli.stage_run import run_stage, scope_options
from tierwise.errors import TierwiseError


@click.command(name="preflight")
@scope_options
@click.option(
    "--plan",
    metavar="FILE",
    help="The plan whose files must exist; otherwise that of the plan command, or PLAN.md.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context, everything: bool, staged: bool, since: str, plan: str | None, as_json: bool
) -> None:
    """Run the checks before an implementation step.

    Files are there, dependencies are installed, nothing has drifted, what has changed so far is sound.
    Prints nothing when all is well; exit code 1 when a check says no.
    """
    found = None if plan is None else _find_plan(plan)
    run_stage(
        ctx,
        PREFLIGHT,
        everything=everything,
        staged=staged,
        since=since,
        as_json_=as_json,
        plan=found,
    )


def _find_plan(name: str) -> str:
    """The plan named from the repository's root or from the current folder.  Raises TierwiseError without one."""
    root = repo.require_root()
    for path in (os.path.join(root, name), os.path.abspath(name)):
        if os.path.isfile(path):
            return path if os.path.isabs(name) else os.path.relpath(path, root)
    cause = "is a folder" if os.path.isdir(os.path.join(root, name)) else "there is no such file"
    raise TierwiseError(cause, place=f"--plan {name}", remedy="Name the plan's file.")
