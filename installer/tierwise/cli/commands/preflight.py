"""``tierwise preflight``."""

from __future__ import annotations

import os

import click

from tierwise import repo
from tierwise.cli.options import FILE, json_option
from tierwise.cli.stage_run import (
    FileScope,
    record_findings,
    run_stage,
    scope_options,
)
from tierwise.domain.check_names import PREFLIGHT
from tierwise.errors import TierwiseError
from tierwise.files import read_head

_HEAD = 8000  # bytes; a file with a NUL in them is no text


@click.command(name="preflight")
@scope_options
@click.option(
    "--plan",
    metavar="FILE",
    type=FILE,
    help="The plan whose files must exist; otherwise that of the plan command, or PLAN.md.",
)
@click.option(
    "--record-baseline",
    "record",
    is_flag=True,
    help="With --all: accept what stands here already; later calls only take out what is gone.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    everything: bool,
    staged: bool,
    since: str | None,
    plan: str | None,
    record: bool,
    as_json: bool,
) -> None:
    """Run the checks before an implementation step.

    Files are there, dependencies are installed, nothing has drifted, what has changed so far is sound.
    Prints nothing when all is well; exit code 1 when a check says no.
    """
    if record and (not everything or staged or since or plan or as_json):
        raise click.UsageError("--record-baseline goes with --all alone.")
    if record:
        record_findings(ctx)
    path = ""
    if plan is not None:
        path = _find_plan(plan)
    run_stage(
        ctx,
        PREFLIGHT,
        FileScope(everything, staged, since or ""),
        as_json=as_json,
        plan=path,
    )


def _find_plan(name: str) -> str:
    """Return the plan named from the repository's root or from the current folder.  Raises TierwiseError without one."""
    root = repo.require_root()
    for path in (os.path.join(root, name), os.path.abspath(name)):
        if os.path.isfile(path):
            if b"\0" in read_head(path, _HEAD):
                raise _refuse_plan(name, "is no text")
            if not os.path.isabs(name):
                path = os.path.relpath(path, root)
            return path
    cause = "there is no such file"
    if os.path.isdir(os.path.join(root, name)):
        cause = "is a folder"
    raise _refuse_plan(name, cause)


def _refuse_plan(name: str, cause: str) -> TierwiseError:
    return TierwiseError(
        cause,
        place=f"--plan {name}",
        remedy="Name the plan's file.",
    )
