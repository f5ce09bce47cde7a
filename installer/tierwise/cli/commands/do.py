"""``tierwise do``: the project's own tools under one name, for people, agents and the automated tier."""

from __future__ import annotations

import subprocess

import click

from tierwise import repo
from tierwise.cli.show import print_error_line
from tierwise.domain.kinds import OF_THE_PROJECT
from tierwise.errors import TierwiseError


@click.command("do")
@click.argument("work", type=click.Choice(OF_THE_PROJECT))
@click.option("--dry-run", is_flag=True, help="Print the command and do not run it.")
def command(work: str, dry_run: bool) -> int:
    """Run the project's own formatter, linter, type checker, tests or build.

    The command is what the policy names under automated: or checks.commands:, else what the project's
    configuration gives away.  Output and exit code are the command's own.
    """
    root = repo.require_root()
    line = _find_command(root, work)
    if dry_run:
        click.echo(line)
        return 0
    print_error_line(line)
    return subprocess.run(line, shell=True, cwd=root).returncode


def _find_command(root: str, work: str) -> str:
    from tierwise.checks.discover import discover_commands

    for line in _find_named_commands(root, work):
        return line
    for proposal in discover_commands(root):
        if proposal.kind == work and proposal.command_to_run:
            return proposal.command_to_run
    raise TierwiseError(
        f"no command for {work} of the whole project was found",
        place=f"do {work}",
        remedy=f"Name it in tierwise.yaml, under automated: {work}.",
    )


def _find_named_commands(root: str, work: str) -> list[str]:
    """Return what the policy names for this work, but never this command itself."""
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy
    from tierwise.trust.guard import guard_table, require_powers

    if not repo.has_policy(root):
        return []
    loaded = load_policy(root)
    table = guard_table(root, compile_table(loaded))
    require_powers(
        table,
        f"automated.{work}",
        f"checks.commands.{work}",
    )
    policy = loaded.policy
    check = policy.checks.commands.get(work)
    lines = [policy.automated.get(work) or ""]
    if check:
        lines.append(check.run)
    return [line for line in lines if _is_of_all_files(line)]


def _is_of_all_files(line: str) -> bool:
    if not line or line.startswith("tierwise do "):
        return False
    return "{files}" not in line
