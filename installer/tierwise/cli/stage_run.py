"""What ``tierwise preflight`` and ``tierwise smoke`` have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tierwise import repo
from tierwise.checks.report import as_json, as_text, is_well, skipped_line
from tierwise.checks.result import Result
from tierwise.checks.run import run_checks
from tierwise.checks.staged import Staged
from tierwise.checks.worktree import WorkTree
from tierwise.cli.drift import find_drift
from tierwise.cli.show import print_json
from tierwise.domain import table
from tierwise.domain.change import Snapshot
from tierwise.errors import NO
from tierwise.trust.guard import guard_table, require_powers


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which files are looked at: what differs from HEAD, or what one of these says."""
    for option in (
        click.option(
            "--all", "everything", is_flag=True, help="Every file, not only what differs from HEAD."
        ),
        click.option(
            "--staged", is_flag=True, help="What is staged, as the pre-commit hook sees it."
        ),
        click.option(
            "--since", metavar="COMMIT", default="", help="What differs from this commit."
        ),
    ):
        command = option(command)
    return command


def run_stage(
    ctx: click.Context,
    stage: str,
    *,
    everything: bool,
    staged: bool,
    since: str,
    as_json_: bool,
    plan: str | None = None,
) -> None:
    """Run the checks of a stage, print what is wrong, and end with exit code 1 where something is."""
    if everything + staged + bool(since) > 1:
        raise click.UsageError("--all, --staged and --since exclude each other.")
    root = repo.require_root()
    snapshot: Snapshot = (
        Staged(root) if staged else WorkTree(root, since=since, everything=everything)
    )
    table = policy_table(root)
    require_powers(table or {}, "checks.commands")
    results = run_checks(snapshot, table, stage, root=root, drift=find_drift, plan=plan)
    if as_json_:
        print_json(as_json(results, stage))
    else:
        _print(results, stage)
    ctx.exit(0 if is_well(results) else NO)


def policy_table(root: str) -> dict[str, Any] | None:
    """The policy as it is now, compiled anew where it has changed since; None where there is none."""
    found = table.load(root)
    if not Path(root, repo.POLICY).is_file() or (
        found is not None and table.is_current(root, found)
    ):
        return found
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy

    return guard_table(root, compile_table(load_policy(root)))


def _print(results: list[Result], stage: str) -> None:
    text = skipped_line(results) + as_text(results, stage)
    if text:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
