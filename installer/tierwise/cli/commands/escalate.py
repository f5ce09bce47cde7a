"""``tierwise escalate``: send a task's next spawn one tier up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.claude_hooks import escalations
from tierwise.cli.options import json_option, require_task
from tierwise.cli.show import print_line
from tierwise.errors import TierwiseError
from tierwise.learning.outcomes import collect_outcomes
from tierwise.shown import neutralise

_SHORTEST_FINGERPRINT = 8  # characters; a shorter beginning may name another task


@click.command("escalate", short_help="Send a task's next spawn one tier up.")
@click.argument("task", required=False)
@click.option("--list", "list_them", is_flag=True, help="List the tasks that are escalated.")
@click.option("--clear", "take_back", is_flag=True, help="Clear the task's escalation.")
@click.option("--why", metavar="TEXT", default="asked for", help="The reason, for the ledger.")
@json_option
def command(
    task: str | None,
    list_them: bool,
    take_back: bool,
    why: str,
    as_json: bool,
) -> None:
    """Send TASK one tier up at its next spawn: its prompt, a fingerprint of the ledger, or the newest spawn.

    The escalation is local to this clone and holds until it is cleared. What was last routed of the task counts as
    failed in `tierwise outcomes`, whether or not it is cleared; a spawn in shadow or advise mode does not.
    """
    if list_them and (take_back or task is not None):
        raise click.UsageError("--list stands alone: it takes neither TASK nor --clear.")
    require_task(task, "escalate")
    root = repo.require_root()
    if list_them:
        _show_all(escalations.all_marks(root), as_json)
        return
    fingerprint = _find_fingerprint(root, task or "last")
    if take_back:
        answer, text = _clear_escalation(root, fingerprint)
    else:
        answer, text = _escalate_task(root, fingerprint, why)
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo(neutralise(text))


def _clear_escalation(
    root: str,
    fingerprint: str,
) -> tuple[dict[str, Any], str]:
    """Clear the escalation of a task; say so for programs and for people."""
    had_one = escalations.clear(root, fingerprint)
    answer = {"task": fingerprint, "up": 0, "cleared": had_one}
    if not had_one:
        return answer, "there was no escalation"
    text = "the escalation is cleared"
    if _was_routed(root, fingerprint):
        text += "; the spawn that it was for still counts as failed"
    return answer, text


def _escalate_task(
    root: str,
    fingerprint: str,
    why: str,
) -> tuple[dict[str, Any], str]:
    """Escalate a task once more, and note it in the ledger; say so for programs and for people."""
    up = escalations.mark_up(root, fingerprint, why)
    row = {
        "row": "escalation",
        "task": fingerprint,
        "up": up,
        "why": why,
        "who": "person",
    }
    ledger.append(root, row)
    tiers = "1 tier"
    if up != 1:
        tiers = f"{up} tiers"
    text = f"the next spawn of {fingerprint[:12]} goes {tiers} up"
    if _was_routed(root, fingerprint):
        text += "; the last one that was routed counts as failed"
    return {"task": fingerprint, "up": up, "cleared": False}, text


def _was_routed(root: str, fingerprint: str) -> bool:
    """Return whether a spawn of the task ran on what the policy decided, so that its escalation tells of an outcome."""
    outcomes = collect_outcomes(list(ledger.read(root)))
    return any(outcome.task == fingerprint for outcome in outcomes)


def _find_fingerprint(root: str, task: str) -> str:
    tasks = _list_tasks(ledger.read(root))
    if task == "last":
        if not tasks:
            raise TierwiseError(
                "the ledger has no spawn yet",
                place="escalate",
                remedy="Give the task's text instead.",
            )
        return tasks[-1]
    beginning = task.strip().lower()
    known = [one for one in tasks if one.startswith(beginning)]
    if len(beginning) >= _SHORTEST_FINGERPRINT and known:
        return known[-1]
    return ledger.fingerprint(root, task)


def _list_tasks(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Return the fingerprints of the ledger's spawns, oldest first."""
    decisions = [row for row in rows if row.get("row") == "decision"]
    return [str(row["task"]) for row in decisions if row.get("task")]


def _show_all(
    found: dict[str, dict[str, object]],
    as_json: bool,
) -> None:
    if as_json:
        click.echo(json.dumps([{**one} for one in found.values()]))
        return
    for fingerprint, one in found.items():
        print_line(f"{fingerprint[:12]}  +{one['up']}  {one.get('time')}  {one.get('why')}")
