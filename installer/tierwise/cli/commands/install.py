"""``tierwise install``."""

from __future__ import annotations

import datetime
import json
import os
import sys
from dataclasses import asdict

import click

from tierwise import repo
from tierwise.checks.discover import (
    discover_commands,
    find_commitlint,
)
from tierwise.checks.git_hooks.manage import install as git_hooks_install
from tierwise.checks.git_hooks.place import find_hook_folder
from tierwise.checks.git_hooks.wanted import HookState, choose_hooks
from tierwise.cli.commands.git_hooks import print_hook
from tierwise.cli.commands.trust import list_new_powers, print_powers
from tierwise.cli.next_steps import print_next_steps
from tierwise.cli.options import (
    answer_code,
    conflict_options,
    json_option,
    read_sync_options,
)
from tierwise.cli.show import (
    describe_own_agents,
    plan_json,
    print_backups,
    print_changes,
    print_json,
    print_line,
    warn_of_machine,
)
from tierwise.domain.table import SHARED
from tierwise.errors import NO
from tierwise.policy.compile import compile_table
from tierwise.policy.load import (
    DEFAULT_PRESET,
    Loaded,
    load_policy,
    parse_policy,
    preset_names,
)
from tierwise.policy.starter import starter_policy
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync
from tierwise.sync.state import read_state
from tierwise.targets.target import RepoReader
from tierwise.trust.guard import note_trust

SHOWN = 5  # files that one line names
SHOWN_AGENTS = 12


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
    help="Also install the pre-commit and commit-msg hooks, or leave them out.  [default: install]",
)
@click.option("--yes", is_flag=True, help="Ask nothing, also on a terminal.")
@conflict_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    preset: str | None,
    dry_run: bool,
    git_hooks: bool,
    yes: bool,
    force: bool,
    adopt: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write the policy's config into this repository.

    Installing twice changes nothing.  A file of yours that stands where Tierwise would write stays yours.
    """
    root = repo.require_root()
    starter, loaded = _load(root, preset)
    asked = read_sync_options(root, force, adopt, only, starter)
    git_hooks = git_hooks and repo.has_git(root)
    if git_hooks:
        find_hook_folder(root)  # where git is missing or refuses, nothing is written
    powers = list_new_powers(root, loaded)
    if not as_json:
        _confirm(
            ctx,
            root,
            asked,
            loaded,
            powers,
            may_ask=not (yes or dry_run),
        )
    hooks: list[HookState] = []
    trusted: dict[str, str] = {}
    if dry_run:
        plan = plan_sync(root, asked)
    else:
        plan = _write(root, asked, loaded, powers)
        trusted = powers
    if git_hooks:
        hooks = _install_git_hooks(root, plan, dry_run)
    if as_json:
        states = [asdict(hook) for hook in hooks]
        print_json({**plan_json(plan), "git_hooks": states, "trusted": trusted})
    else:
        _print_report(root, plan, hooks, dry_run)
    ctx.exit(answer_code(not plan.kept and _are_well(hooks)))


def _write(
    root: str,
    options: SyncOptions,
    loaded: Loaded,
    powers: dict[str, str],
) -> Plan:
    """Write the files, set the machine up for the user, and note that the policy's powers are allowed."""
    plan = sync(root, options)
    warn_of_machine(root)
    if powers:
        note_trust(root, compile_table(loaded))
    return plan


def _are_well(hooks: list[HookState]) -> bool:
    return all(hook.is_well for hook in hooks)


def _load(
    root: str,
    preset: str | None,
) -> tuple[bytes | None, Loaded]:
    """Return the text of a policy to begin with, None where one stands here; and the policy.

    Raises click.UsageError where the one that stands here has another preset.
    """
    if reader(root)(repo.POLICY) is None:
        starter = _make_starter(root, preset or DEFAULT_PRESET)
        return starter, parse_policy(starter)
    loaded = load_policy(root)
    if preset not in (None, loaded.policy.extends or DEFAULT_PRESET):
        raise click.UsageError(
            f"There is a {repo.POLICY} already; set `extends: {preset}` in it and run `tierwise sync`."
        )
    return None, loaded


def _make_starter(root: str, preset: str) -> bytes:
    automated, checks = {}, {}
    for proposal in discover_commands(root):
        automated[proposal.kind] = proposal.command_to_run
        if proposal.run:
            checks[proposal.kind] = {
                "run": proposal.run,
                "files": list(proposal.files),
                "on": list(proposal.on),
                "fix": proposal.fix,
            }
    today = datetime.date.today()
    return starter_policy(
        preset,
        today,
        automated,
        checks,
        find_commitlint(root),
    )


def _install_git_hooks(
    root: str,
    plan: Plan,
    dry_run: bool,
) -> list[HookState]:
    """Install the git hooks that the policy wants."""
    table = next(
        (change.new for change in plan.changes if change.path == SHARED),
        None,
    )
    policy = json.loads(table or b"{}")
    wanted, optional = choose_hooks(root, policy)
    return [*git_hooks_install(root, wanted, dry_run=dry_run), *optional]


def _print_report(
    root: str,
    plan: Plan,
    hooks: list[HookState],
    dry_run: bool,
) -> None:
    changed = [hook for hook in hooks if hook.status in ("installed", "updated")]
    if dry_run:
        print_changes(plan.drift)
    elif plan.writes:
        _print_written(plan)
    _print_hooks(hooks, changed, dry_run)
    _print_users_files(plan)
    if dry_run:
        return
    if not plan.writes and not changed and not plan.kept:
        _print_nothing_done(hooks)
    print_backups(plan)
    print_changes(plan.kept)
    if plan.writes:
        print_next_steps(root, plan)


def _print_written(plan: Plan) -> None:
    paths = [change.path for change in plan.writes if change.new is not None]
    agents = [path for path in paths if path.startswith(".claude/agents/")]
    line = f"Wrote {len(paths)} files."
    if agents:
        line = f"Wrote {len(paths)} files, {len(agents)} of them subagents."
    removed = len(plan.writes) - len(paths)
    if removed:
        line += f" Removed {removed}."
    click.echo(line)


def _print_nothing_done(hooks: list[HookState]) -> None:
    what = "The files are"
    if _are_well(hooks):
        what = "Everything is"
    click.echo(f"{what} in place already.")


def _print_hooks(
    hooks: list[HookState],
    changed: list[HookState],
    dry_run: bool,
) -> None:
    """Print one line for the hooks that were installed, and one for each that a person must look at."""
    if changed:
        verb = "Installed"
        if dry_run:
            verb = "Would install"
        names = ", ".join(hook.hook for hook in changed)
        click.echo(f"{verb} git hooks: {names} (`tierwise git-hooks uninstall` takes them out).")
    for hook in hooks:
        if not hook.is_well or hook.status == "optional":
            print_hook(hook)


def _print_users_files(plan: Plan) -> None:
    """Print one line for all files of the user's that stand where Tierwise would write."""
    names = [change.path for change in plan.users]
    if names:
        shown = ", ".join(names[:SHOWN])
        if len(names) > SHOWN:
            shown += ", …"
        print_line(f"Kept {len(names)} of your files where Tierwise has one of that name: {shown}.")


def _show_own_agents(root: str, loaded: Loaded) -> bool:
    """Show what each of the user's own agents runs on today and with this policy; whether there are any."""
    agents = describe_own_agents(loaded, RepoReader(root, reader(root), read_state(root)))
    if not agents:
        return False
    click.echo("Your agents, today -> with this policy:")
    for line in agents[:SHOWN_AGENTS]:
        print_line(line)
    if len(agents) > SHOWN_AGENTS:
        click.echo(f"  … and {len(agents) - SHOWN_AGENTS} more: `tierwise status`")
    return True


def _show_powers(powers: dict[str, str]) -> None:
    """Show what installing allows."""
    if powers:
        print_powers(powers)
        click.echo("Installing allows it on this machine; `tierwise trust --revoke` takes it back.")


def _confirm(
    ctx: click.Context,
    root: str,
    options: SyncOptions,
    loaded: Loaded,
    powers: dict[str, str],
    *,
    may_ask: bool,
) -> None:
    """Show the user's agents and what is new of the policy's powers; leave where a person says no.

    A person is asked once, where one is there and anything would change.
    """
    has_agents = _show_own_agents(root, loaded)
    _show_powers(powers)
    if not may_ask or not _is_person_there():
        return
    if not powers and not (has_agents and plan_sync(root, options).writes):
        return
    if click.confirm("Go on?", default=True):
        return
    click.echo("Nothing was written.")
    _print_ways_out(has_agents, powers)
    ctx.exit(NO)


def _print_ways_out(
    has_agents: bool,
    powers: dict[str, str],
) -> None:
    """Print what a person who said no can set in the policy, of what was shown."""
    if has_agents:
        click.echo(
            "`agents: {NAME: TIER}` in tierwise.yaml sets an agent's tier, "
            "`{NAME: off}` leaves it alone."
        )
    if powers:
        print_line(f"Without {', '.join(powers)} in tierwise.yaml there is nothing to allow.")


def _is_person_there() -> bool:
    """Return whether somebody reads this on a terminal and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI")
