"""``tierwise install``."""

from __future__ import annotations

import datetime

import click

from tierwise import repo
from tierwise.cli.options import conflict_options, json_option, wishes
from tierwise.cli.show import plan_json, print_changes, print_json
from tierwise.errors import NO
from tierwise.policy.load import DEFAULT_PRESET, preset_names
from tierwise.policy.starter import starter_policy
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.repository import plan_sync, sync


@click.command(name="install")
@click.option("--preset", type=click.Choice(preset_names()), help=f"Where there is no policy yet: {DEFAULT_PRESET}.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@conflict_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    preset: str | None,
    dry_run: bool,
    force: bool,
    adopt: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write the policy's config into this repository.

    Installing twice changes nothing.  A file of yours that stands where Tierwise would write is never
    overwritten: it is named, and exit code 1 says so.
    """
    root = repo.require_root()
    starter = None
    if reader(root)(repo.POLICY) is None:
        starter = starter_policy(preset or DEFAULT_PRESET, datetime.date.today())
    elif preset is not None:
        raise click.UsageError(
            f"There is a {repo.POLICY} already; set `extends: {preset}` in it and run `tierwise sync`."
        )
    asked = wishes(force, adopt, only, starter)
    plan = plan_sync(root, asked) if dry_run else sync(root, asked)
    if as_json:
        print_json(plan_json(plan))
    else:
        _report(plan, dry_run)
    ctx.exit(NO if plan.kept else 0)


def _report(plan: Plan, dry_run: bool) -> None:
    if dry_run:
        print_changes(plan.drift)
        return
    written = len(plan.writes)
    if written:
        agents = sum(change.path.startswith(".claude/agents/") for change in plan.writes)
        click.echo(f"Wrote {written} files, {agents} of them subagents. The policy is {repo.POLICY}; see ROUTING.md.")
        click.echo("Spawns are routed from the next session on. Commit the files, so that your team has them too.")
    elif not plan.kept:
        click.echo("Everything is in place already.")
    print_changes(plan.kept)
