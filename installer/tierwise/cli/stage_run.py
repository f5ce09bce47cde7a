"""What ``tierwise preflight`` and ``tierwise smoke`` have in common."""

from __future__ import annotations

from dataclasses import dataclass

import click

from tierwise import repo
from tierwise.checks.baseline import BASELINE, record_baseline
from tierwise.checks.report import (
    count_accepted,
    format_skipped,
    format_text,
    is_well,
    make_json,
)
from tierwise.checks.result import CheckResult
from tierwise.checks.run import run_checks
from tierwise.checks.staged import Staged
from tierwise.checks.worktree import WorkTree
from tierwise.cli.drift import find_drift
from tierwise.cli.options import (
    COMMIT,
    answer_code,
    join_options,
)
from tierwise.cli.show import print_json
from tierwise.domain import table
from tierwise.domain.change import Snapshot
from tierwise.domain.check_names import PREFLIGHT
from tierwise.domain.table_shape import Table
from tierwise.report.sources import read_table
from tierwise.trust.guard import require_powers


@dataclass(frozen=True)
class FileScope:
    """Which files are looked at: what differs from HEAD, or what one of these says."""

    everything: bool
    staged: bool
    since: str

    def take_snapshot(self, root: str) -> Snapshot:
        """Return the files of the scope.  Raises UsageError where two are chosen at once."""
        if self.everything + self.staged + bool(self.since) > 1:
            raise click.UsageError("--all, --staged and --since exclude each other.")
        if self.staged:
            return Staged(root)
        return WorkTree(
            root,
            since=self.since,
            everything=self.everything,
        )


scope_options = join_options(
    click.option(
        "--since",
        metavar="COMMIT",
        type=COMMIT,
        help="What differs from this commit.",
    ),
    click.option(
        "--staged",
        is_flag=True,
        help="What is staged, as the pre-commit hook sees it.",
    ),
    click.option(
        "--all",
        "everything",
        is_flag=True,
        help="Every file, not only what differs from HEAD.",
    ),
)
"""The options that choose the files."""


def run_stage(
    ctx: click.Context,
    stage: str,
    scope: FileScope,
    *,
    as_json: bool,
    plan: str = "",
) -> None:
    """Run the checks of a stage, print what is wrong, and end with exit code 1 where something is."""
    root = repo.require_root()
    snapshot = scope.take_snapshot(root)
    policy = policy_table(root)
    require_powers(policy or {}, "checks.commands")
    results = run_checks(
        snapshot,
        policy,
        stage,
        root=root,
        drift=find_drift,
        plan=plan,
    )
    if as_json:
        print_json(make_json(results, stage))
    else:
        text = format_skipped(results) + format_text(results, stage)
        click.echo(text, nl=False)
        if scope.everything:
            _print_baseline(results, stage)
    ctx.exit(answer_code(is_well(results)))


def record_findings(ctx: click.Context) -> None:
    """Write what the built-in checks find in all files into the baseline, and say what changed there."""
    root = repo.require_root()
    snapshot = WorkTree(root, everything=True)
    policy: Table = {}
    policy.update(policy_table(root) or {})
    policy["checks"] = {**(policy.get("checks") or {}), "commands": {}}
    results = run_checks(
        snapshot,
        policy,
        PREFLIGHT,
        root=root,
        drift=find_drift,
        uses_baseline=False,
    )
    kept, gone, new = record_baseline(root, results, snapshot)
    click.echo(f"{kept} old findings kept in {BASELINE}, only new ones fail.")
    if gone:
        click.echo(f"{gone} are gone and were taken out.")
    if new:
        click.echo(f"{new} are new and are not accepted: fix them, or exclude their paths.")
    ctx.exit(answer_code(not new))


def policy_table(root: str) -> Table | None:
    """Return the policy as it is now, compiled anew where it has changed since; None without one."""
    if not repo.has_policy(root):
        return table.load(root)
    return read_table(root)


def _print_baseline(results: list[CheckResult], stage: str) -> None:
    """Say what the baseline keeps; where there is none and much is found, how to begin."""
    accepted = count_accepted(results)
    found = sum(len(result.findings) for result in results)
    if accepted:
        click.echo(
            f"{accepted} old findings kept in {BASELINE}, only new ones fail.",
            err=True,
        )
    elif found:
        click.echo(
            f"{found} findings. To accept those that stand here already, and fail on new ones only:\n"
            f"  tierwise {stage} --all --record-baseline",
            err=True,
        )
