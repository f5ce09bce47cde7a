"""How commands show plans and tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tierwise.shown import colour_text, json_text, neutralise

if TYPE_CHECKING:  # commands that measure print without ever planning
    from tierwise.policy.load import Loaded
    from tierwise.sync.change import FileChange, Plan
    from tierwise.targets.target import RepoReader

_COLOURS = {
    "same": "green",
    "new": "cyan",
    "stale": "cyan",
    "orphan": "cyan",
    "missing": "yellow",
}

_MANY = 4  # files blocked for one reason are told in one line from here on

_DONE = {
    "new": "wrote",
    "missing": "wrote",
    "stale": "updated",
    "orphan": "removed",
    "same": "recorded",
}


def print_line(line: str) -> None:
    """Print one line on standard output, with whatever names in it: a line end in one of them fakes no line of ours."""
    click.echo(neutralise(line))


def print_error_line(line: str) -> None:
    """As :func:`print_line`, on standard error."""
    click.echo(neutralise(line), err=True)


def print_json(value: Any) -> None:
    """Print one JSON document on standard output."""
    click.echo(json_text(value))


def warn_of_machine(root: str) -> None:
    """Set this machine up for the repository; say on standard error what could not be done."""
    from tierwise.sync.machine import set_up_machine

    for problem in set_up_machine(root, os.environ):
        print_error_line(f"warning: {problem}")


def describe_own_agents(
    loaded: Loaded,
    seen: RepoReader,
) -> list[str]:
    """Return a line for each of the user's own agents: what it runs on today, and with this policy."""
    from tierwise.targets.own_agents import own_agents_view

    return [
        f"  {agent.name}: {agent.today} -> {agent.then} ({agent.why})"
        for agent in own_agents_view(loaded, seen)
    ]


def print_done(plan: Plan) -> None:
    """Print one line a path after a plan was applied: what was done, or why nothing was."""
    for change in plan.writes:
        done = _DONE.get(change.status, "replaced")
        if _goes_into_yours(change):
            done = "updated"
        if _leaves_yours(change):
            done = "restored"
        print_line(f"{colour_text(done, 'green')} {change.path}")
    for change in plan.changes:
        if _is_adopted(change, plan):
            print_line(f"{colour_text('adopted', 'green')} {change.path}")
    print_backups(plan)
    print_changes(plan.kept)


def _is_adopted(change: FileChange, plan: Plan) -> bool:
    """Return whether the file was left to the user for good, and had not been before."""
    if change.entry is None or change.entry.part is not None:
        return False
    before = plan.before.get(change.path)
    return before is None or before.part is not None


def print_backups(plan: Plan) -> None:
    """Print one line for each content of the user's that has a backup now, or that was edited after a run was cut off."""
    from tierwise.sync.journal import backup_path

    for change in plan.changes:
        for content in change.backups:
            print_line(f"kept your {change.path} in {backup_path(change.path, content)}")
    for kept in plan.kept_edits:
        print_line(describe_kept_edit(kept.path, kept.backup))


def describe_kept_edit(path: str, backup: str) -> str:
    """Return a line for a file that was edited after a run had been cut off."""
    words = f"kept your {path}, edited after a run was cut off"
    if backup:
        words += f"; what was to replace it is in {backup}"
    return words


def _goes_into_yours(change: FileChange) -> bool:
    """Return whether lines of ours go into a file of the user's."""
    return change.status == "new" and change.old is not None


def _leaves_yours(change: FileChange) -> bool:
    """Return whether lines of ours go out of a file of the user's, which stays."""
    return change.status == "orphan" and change.new is not None


def print_interrupted(root: str) -> None:
    """Say on standard error that a run was cut off here and waits for its completion."""
    from tierwise.sync.journal import was_interrupted

    if was_interrupted(root):
        words = "a run of Tierwise was cut off here; `tierwise sync` completes it"
        click.echo(f"warning: {words}", err=True)


def _shared_reasons(changes: Sequence[FileChange]) -> dict[str, list[str]]:
    """Return reason -> paths, where many files are blocked for one and the same reason."""
    found: dict[str, list[str]] = {}
    for change in changes:
        if change.status == "blocked" and change.reason:
            found.setdefault(change.reason, []).append(change.path)
    return {reason: paths for reason, paths in found.items() if len(paths) >= _MANY}


def print_changes(
    changes: Sequence[FileChange],
    *,
    remedies: bool = True,
) -> None:
    """Print one line a path: status, path, what it means, and the way out where sync leaves it as it is."""
    from tierwise.sync.change import WORDS

    shared = _shared_reasons(changes)
    for reason, paths in shared.items():
        print_line(
            f"{colour_text('blocked ', 'red')} {paths[0]} and {len(paths) - 1} more  {reason}"
        )
    for change in changes:
        if change.status == "blocked" and change.reason in shared:
            continue
        _, remedy = WORDS[change.status]
        status = colour_text(
            f"{change.status:<8}",
            _COLOURS.get(change.status, "red"),
        )
        line = f"{status} {change.path}  {change.reason or _describe_status(change)}"
        if remedies and remedy and not change.writes:
            line += f"; {remedy}"
        print_line(line)


def print_drift(
    plan: Plan,
    *,
    everything: bool = False,
) -> None:
    """Print what is not as the policy says, or every file, and on standard error what writes what differs."""
    print_changes(plan.changes if everything else plan.drift)
    if any(change.writes for change in plan.drift):
        click.echo(
            "`tierwise sync` writes what differs.",
            err=True,
        )


def _describe_status(change: FileChange) -> str:
    from tierwise.sync.change import WORDS

    if _goes_into_yours(change):
        return "yours; the policy's lines are not in it yet"
    if _leaves_yours(change):
        return "yours; the policy has no lines for it any more"
    words, _ = WORDS[change.status]
    return words


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the machine's view of a plan."""
    return {
        "schema_version": 1,
        "in_sync": not plan.drift,
        "files": [
            {
                "path": change.path,
                "status": change.status,
                "writes": change.writes,
                "reason": change.reason,
            }
            for change in plan.changes
        ],
    }


def align_columns(
    rows: Sequence[Sequence[str]],
    names: int,
) -> list[str]:
    """Return rows as lines of a table: the first ``names`` columns begin in one place, the others end in one."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        for index in range(names, len(row)):
            cells[index] = row[index].rjust(widths[index])
        lines.append("  ".join(cells).rstrip())
    return lines
