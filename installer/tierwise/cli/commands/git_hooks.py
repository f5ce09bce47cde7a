"""``tierwise git-hooks``."""

from __future__ import annotations

import click

from tierwise import repo
from tierwise.checks.git_hooks.manage import install, status, uninstall
from tierwise.checks.git_hooks.wanted import (
    CHECKS,
    SYNC,
    HookState,
    choose_hooks,
)
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.show import print_json, print_line
from tierwise.cli.stage_run import policy_table
from tierwise.shown import colour_text

_FIELDS = ("hook", "status", "path", "note", "config", "entry")
_WORDS = {"kept": "in place"}  # a status in words, where its name is none


@click.group(name="git-hooks")
def command() -> None:
    """Install, remove or show the git hooks."""


_hook_option = click.option(
    "--hook",
    "hooks",
    multiple=True,
    type=click.Choice(CHECKS + SYNC),
    help="This hook only; may be repeated.",
)


@command.command(name="install")
@_hook_option
@click.option(
    "--force",
    is_flag=True,
    help="Also into a shared core.hooksPath, beside a hook manager, or over a hook of ours that was edited.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@json_option
@click.pass_context
def install_command(
    ctx: click.Context,
    hooks: tuple[str, ...],
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Install the hooks where git looks for them.

    A hook that is there already is run first.  Exit code 1 says that a hook was not installed, and why.
    """
    root = repo.require_root()
    wanted, optional = _choose_hooks(root, hooks)
    states = [*install(root, wanted, force=force, dry_run=dry_run), *optional]
    if dry_run and not as_json:
        click.echo("dry run, nothing was written; it would be:")
    _print_states(ctx, states, as_json)


@command.command(name="uninstall")
@click.option(
    "--force",
    is_flag=True,
    help="Also hooks of ours that were edited; a copy of each is kept beside it.",
)
@json_option
@click.pass_context
def uninstall_command(
    ctx: click.Context,
    force: bool,
    as_json: bool,
) -> None:
    """Take all hooks of Tierwise out and put back what was there."""
    root = repo.require_root()
    states = [state for state in uninstall(root, force=force) if state.status != "absent"]
    _print_states(ctx, states, as_json)


@command.command(name="status")
@_hook_option
@json_option
@click.pass_context
def status_command(
    ctx: click.Context,
    hooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say how each hook stands; exit code 1 when one does not do its work."""
    root = repo.require_root()
    wanted, optional = _choose_hooks(root, hooks)
    states = [*status(root, wanted), *optional]
    _print_states(
        ctx,
        states,
        as_json,
        well=("kept", "configured", "optional"),
    )


def _choose_hooks(
    root: str,
    named: tuple[str, ...],
) -> tuple[list[str], list[HookState]]:
    """Return the hooks to install, and those that are offered only; what is named is wanted."""
    if named:
        return list(named), []
    return choose_hooks(root, policy_table(root))


def _print_states(
    ctx: click.Context,
    states: list[HookState],
    as_json: bool,
    well: tuple[str, ...] = (),
) -> None:
    is_well = all(state.is_well for state in states)
    if well:
        is_well = all(state.status in well for state in states)
    if as_json:
        hooks = [{name: getattr(state, name) for name in _FIELDS} for state in states]
        print_json({"ok": is_well, "hooks": hooks})
    else:
        for state in states:
            print_hook(state)
    ctx.exit(answer_code(is_well))


def print_hook(state: HookState) -> None:
    """Print one line for a hook: its status, where it is, and what to do where a person must."""
    colour = "yellow"
    if state.is_well:
        colour = "green"
    word = colour_text(
        f"{_WORDS.get(state.status, state.status):<10}",
        colour,
    )
    line = f"{word} {state.hook}  ({state.path})"
    if state.note:
        line += f"  {state.note}"
    print_line(line)
    for line in state.entry.splitlines():
        click.echo(f"    {line}")
