"""``tierwise uninstall``."""

from __future__ import annotations

from dataclasses import asdict

import click

from tierwise import local_state, repo
from tierwise.checks.git_hooks.manage import uninstall as git_hooks_uninstall
from tierwise.checks.git_hooks.wanted import HookState
from tierwise.cli.commands.git_hooks import print_hook
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.show import (
    plan_json,
    print_backups,
    print_changes,
    print_json,
    print_line,
)
from tierwise.sync.change import FileChange, Plan
from tierwise.sync.repository import plan_uninstall, uninstall
from tierwise.trust.guard import read_trust


@click.command(name="uninstall")
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option(
    "--purge", is_flag=True, help="Also delete the local ledger and logs in .tierwise/local."
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    dry_run: bool,
    purge: bool,
    as_json: bool,
) -> None:
    """Take everything out again and restore what was there.

    Files that you have edited are kept and named; exit code 1 says that there are some (your policy does
    not count: it is meant to be edited).
    """
    root = repo.require_root()
    hooks: list[HookState] = []
    if repo.has_git(root):
        hooks = git_hooks_uninstall(root, dry_run=dry_run)
    plan = plan_uninstall(root) if dry_run else uninstall(root, purge=purge)
    kept = [change for change in plan.changes if change.status in ("edited", "blocked")]
    if as_json:
        states = [asdict(hook) for hook in hooks]
        stays = bool(read_trust(root))
        print_json({**plan_json(plan), "git_hooks": states, "trust_stays": stays})
    else:
        _print_report(root, plan, kept, hooks, dry_run)
    is_clean = all(change.path == repo.POLICY for change in kept)
    ctx.exit(answer_code(is_clean))


def _print_report(
    root: str,
    plan: Plan,
    kept: list[FileChange],
    hooks: list[HookState],
    dry_run: bool,
) -> None:
    if dry_run:
        _print_intent(plan, hooks)
    print_changes(kept, remedies=False)
    for hook in hooks:
        if not hook.is_well:
            print_hook(hook)
    if dry_run:
        return
    print_backups(plan)
    _print_left(root)
    if read_trust(root):
        # The note lies outside, and worktrees share it.
        click.echo(
            "left: you still trust what this repository's policy may run and send, in all its worktrees; "
            "`tierwise trust --revoke` takes that back"
        )
    click.echo(_write_closing(len(plan.changes), len(kept)))


def _print_intent(plan: Plan, hooks: list[HookState]) -> None:
    for change in plan.writes:
        verb = "restore"
        if change.new is None:
            verb = "remove"
        print_line(f"would {verb} {change.path}")
    ours = [hook.hook for hook in hooks if hook.status in ("removed", "restored")]
    if ours:
        click.echo(f"would take out the git hooks {', '.join(ours)}")


def _print_left(root: str) -> None:
    """Name what stays of this machine's own; the folder hides itself from git."""
    names = [name for name in local_state.list_names(root) if name != local_state.GITIGNORE]
    if names:
        way = "; `tierwise uninstall --purge` deletes all but backups"
        print_line(f"left in {local_state.SHOWN}, ignored by git: {', '.join(names)}{way}")


def _write_closing(known: int, kept: int) -> str:
    if not known:
        return "There was nothing to take out."
    if kept:
        return "Tierwise is out of this repository, but for what is named above."
    return "Tierwise is out of this repository."
