"""``tierwise install``."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import asdict

import click

from tierwise import repo
from tierwise.checks.discover import discover_commands
from tierwise.checks.git_hooks.manage import HookState, find_optional_hooks, hooks_for
from tierwise.checks.git_hooks.manage import install as git_hooks_install
from tierwise.checks.git_hooks.place import find_hook_folder
from tierwise.cli.git_hooks import print_hook
from tierwise.cli.options import conflict_options, json_option, wishes
from tierwise.cli.show import plan_json, print_backups, print_changes, print_json
from tierwise.cli.trust import note_for_install, print_powers
from tierwise.domain.table import SHARED
from tierwise.errors import NO
from tierwise.policy.load import DEFAULT_PRESET, load_policy, preset_names
from tierwise.policy.starter import starter_policy
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.repository import plan_sync, sync


@click.command(name="install")
@click.option(
    "--preset",
    type=click.Choice(preset_names()),
    help=f"Where there is no policy yet: {DEFAULT_PRESET}.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--git-hooks/--no-git-hooks",
    default=True,
    help="Also install the pre-commit and commit-msg hooks.",
)
@conflict_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    preset: str | None,
    dry_run: bool,
    git_hooks: bool,
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
        starter = _starter(root, preset or DEFAULT_PRESET)
    elif preset is not None and preset != (load_policy(root).policy.extends or DEFAULT_PRESET):
        raise click.UsageError(
            f"There is a {repo.POLICY} already; set `extends: {preset}` in it and run `tierwise sync`."
        )
    asked = wishes(root, force, adopt, only, starter)
    if git_hooks and _has_git(root):
        find_hook_folder(root)  # where git is missing or refuses, nothing is written
    plan = plan_sync(root, asked) if dry_run else sync(root, asked)
    powers = {} if dry_run else note_for_install(root)
    hooks = _git_hooks(root, plan, dry_run) if git_hooks else []
    if as_json:
        states = [asdict(hook) for hook in hooks]
        print_json({**plan_json(plan), "git_hooks": states, "trusted": powers})
    else:
        _report(plan, hooks, dry_run)
        if powers:
            print_powers(powers)
            click.echo("You trust them from now on; `tierwise trust --revoke` takes it back.")
    ctx.exit(NO if plan.kept or not all(hook.is_well for hook in hooks) else 0)


def _starter(root: str, preset: str) -> bytes:
    found = discover_commands(root)
    automated = {proposal.kind: proposal.command_to_run for proposal in found}
    checks = {
        proposal.kind: {
            "run": proposal.run,
            "files": list(proposal.files),
            "on": list(proposal.on),
            "fix": proposal.fix,
        }
        for proposal in found
        if proposal.run
    }
    return starter_policy(preset, datetime.date.today(), automated, checks)


def _git_hooks(root: str, plan: Plan, dry_run: bool) -> list[HookState]:
    """Install the git hooks that the policy wants; none where there is no git work tree."""
    if not _has_git(root):
        return []
    table = next((change.new for change in plan.changes if change.path == SHARED), None)
    policy = json.loads(table or b"{}")
    optional = find_optional_hooks(root, policy)
    left_out = {state.hook for state in optional}
    wanted = [hook for hook in hooks_for(policy) if hook not in left_out]
    return [*git_hooks_install(root, wanted, dry_run=dry_run), *optional]


def _has_git(root: str) -> bool:
    return os.path.exists(os.path.join(root, ".git"))


def _report(plan: Plan, hooks: list[HookState], dry_run: bool) -> None:
    if dry_run:
        print_changes(plan.drift)
    elif plan.writes:
        agents = sum(change.path.startswith(".claude/agents/") for change in plan.writes)
        click.echo(f"Wrote {len(plan.writes)} files, {agents} of them subagents.")
        click.echo(f"The policy is {repo.POLICY}; ROUTING.md explains it.")
        click.echo(
            "Spawns are routed from the next session on. Commit the files, so that your team has them too."
        )
    changed = [hook for hook in hooks if hook.status in ("installed", "updated")]
    if changed:
        verb = "Would install" if dry_run else "Installed"
        names = ", ".join(hook.hook for hook in changed)
        click.echo(f"{verb} git hooks: {names} (`tierwise git-hooks uninstall` takes them out).")
    for hook in hooks:
        if not hook.is_well or hook.status == "optional":
            print_hook(hook)
    if not dry_run:
        if not plan.writes and not changed and not plan.kept:
            all_well = all(hook.is_well for hook in hooks)
            click.echo(
                "Everything is in place already." if all_well else "The files are in place already."
            )
        print_backups(plan)
        print_changes(plan.kept)
