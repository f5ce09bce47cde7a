"""``tierwise status``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.claude_hooks.limits import (
    describe_limits,
    limits_json,
)
from tierwise.cli.options import json_option
from tierwise.cli.show import (
    describe_own_agents,
    plan_json,
    print_drift,
    print_interrupted,
    print_json,
    print_line,
)
from tierwise.doctor.standing import warn_unrouted
from tierwise.errors import TierwiseError
from tierwise.policy.load import load_policy
from tierwise.report.routed_turns import sum_routed_turns
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.repository import plan_sync
from tierwise.sync.watch.only_one import read_note, watcher_pid
from tierwise.targets.target import RepoReader


@click.command(name="status")
@click.option("--all", "everything", is_flag=True, help="Also list what is in sync.")
@json_option
def command(everything: bool, as_json: bool) -> None:
    """Say what is in sync and what is not."""
    root = repo.require_root()
    print_interrupted(root)
    pid, noted = watcher_pid(root), read_note(root)
    try:
        plan = plan_sync(root)
    except TierwiseError:
        if not as_json and (pid or noted):
            click.echo(_watcher_line(pid, noted))
        raise
    if as_json:
        told = {key: noted.get(key) for key in ("started", "last_run", "last_event")}
        print_json(
            {
                "root": root,
                **plan_json(plan),
                "watcher": {"running": pid is not None, "pid": pid, **told},
                "limits": limits_json(root),
            }
        )
        return
    known = len(plan.changes)
    print_line(f"{root}: {known - len(plan.drift)} of {known} files in sync")
    print_drift(plan, everything=everything)
    warn_unrouted(root)
    _print_own_agents(root, plan)
    click.echo(_watcher_line(pid, noted))
    for line in describe_limits(root):
        click.echo(line)
    routed = sum_routed_turns(ledger.read(root))
    if routed.turns:
        click.echo(routed.describe())


def _print_own_agents(root: str, plan: Plan) -> None:
    """Print what each of the user's own agents runs on today, and with this policy."""
    agents = describe_own_agents(load_policy(root), RepoReader(root, reader(root), plan.state))
    if agents:
        click.echo("your agents, today -> with this policy:")
    for line in agents:
        print_line(line)


def _watcher_line(
    pid: int | None,
    noted: Mapping[str, Any],
) -> str:
    line = "watcher: does not run"
    if pid:
        line = f"watcher: runs (process {pid}, since {noted.get('started', '?')})"
    if noted.get("last_run"):
        line += f"; last run {noted['last_run']}: {noted['last_event']}"
    return line
